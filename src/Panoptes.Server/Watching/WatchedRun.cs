using System.Security.Cryptography;
using System.Text;

namespace Panoptes.Server.Watching;

/// <summary>A run that is watched, as its folder shows it.</summary>
/// <param name="folder">Its folder, absolute.</param>
internal sealed class WatchedRun(string folder)
{
    /// <summary>The time left is reckoned from this many logged lines.</summary>
    private const int RecentLines = 20;

    private readonly MetricsTail _metrics = new(Path.Combine(folder, "metrics.jsonl"));
    private RunSetup? _setup;
    private RunState _state;

    /// <summary>Names the run in addresses, and tells nothing of its place.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];

    /// <summary>What was logged.</summary>
    public MetricsTail Metrics => _metrics;

    /// <summary>Its sample images.</summary>
    public SampleFiles Samples { get; } = new(folder);

    /// <summary>Its configuration and environment.</summary>
    public RunSetup Setup => _setup!;

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, "config.json"));

    /// <summary>Looks at the folder again.</summary>
    public void Refresh()
    {
        _setup = RunSetup.Read(folder, _setup);
        _metrics.Refresh();
        Samples.Refresh();
        _state = State();
    }

    /// <summary>What the list says of it.</summary>
    /// <param name="name">Its name in the list.</param>
    public RunEntry ToEntry(string name)
    {
        MetricsLine? last = _metrics.Lines.LastOrDefault(l => l.Loss is not null);
        MetricsLine? measured = _metrics.Lines.LastOrDefault(l => (l.Pq ?? l.Ap) is not null);
        return new RunEntry(
            Id,
            name,
            _state switch { RunState.Running => "running", RunState.Finished => "finished", RunState.Stopped => "stopped", _ => "lost" },
            _metrics.Problem ?? (Setup.Config is null ? "config.json cannot be read" : null),
            Setup.Method,
            Setup.Device,
            Setup.Started,
            Iteration,
            Setup.Iterations,
            _state == RunState.Running ? SecondsLeft() : null,
            last?.Loss,
            measured?.Pq is not null ? "PQ" : measured is not null ? "AP" : null,
            measured?.Pq ?? measured?.Ap,
            last?.ImagesPerSecond,
            last?.MemoryMib,
            _metrics.Lines.Count,
            _metrics.Generation,
            Samples.Count,
            Setup.Version);
    }

    private int Iteration => _metrics.Lines.Count > 0 ? _metrics.Lines[^1].Iteration : 0;

    private RunState State()
    {
        bool isDone = Iteration >= Setup.Iterations
            || (Setup.Minutes * 60 is { } limit && _metrics.Lines.Count > 0 && _metrics.Lines[^1].Seconds >= limit);
        return Liveness.IsHeld(folder, _metrics.LastWrite) switch
        {
            true => RunState.Running,
            false when !isDone => RunState.Lost,
            _ => isDone ? RunState.Finished : RunState.Stopped,
        };
    }

    private double? SecondsLeft()
    {
        MetricsLine[] recent = [.. _metrics.Lines.Reverse().Where(l => l.Loss is not null).Take(RecentLines)];
        if (recent.Length == 0 || Setup.Iterations is not { } iterations) return null;
        MetricsLine newest = recent[0], oldest = recent[^1];
        double pace = newest.Iteration > oldest.Iteration
            ? (newest.Seconds - oldest.Seconds) / (newest.Iteration - oldest.Iteration)
            : newest.Seconds / newest.Iteration;
        double left = Math.Min(pace * (iterations - newest.Iteration), (Setup.Minutes * 60 - newest.Seconds) ?? double.PositiveInfinity);
        return double.IsFinite(left) ? Math.Max(left, 0) : null;
    }
}
