using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Watching;

/// <summary>The runs that are watched. Folders are looked at when someone asks, and not more often than the options say.</summary>
internal sealed class RunCatalog(IOptions<PanoptesWatchOptions> options)
{
    private readonly string[] _places = [.. options.Value.Runs.Select(run => Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)))];
    private readonly Dictionary<string, WatchedRun> _runs = []; // by folder
    private readonly Lock _lock = new();
    private IReadOnlyList<RunEntry> _entries = [];
    private long _looked;

    /// <summary>How often the folders are looked at.</summary>
    public TimeSpan Interval => options.Value.Interval;

    /// <summary>The list of runs as JSON.</summary>
    public string ListAsJson()
    {
        lock (_lock)
        {
            Refresh();
            return JsonSerializer.Serialize(new RunListAnswer(_entries), WatchJson.Default.RunListAnswer);
        }
    }

    /// <summary>Asks something of a run.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="ask">What; others wait for its end.</param>
    /// <exception cref="RequestException">There is no such run.</exception>
    public T Ask<T>(string id, Func<WatchedRun, RunEntry, T> ask)
    {
        lock (_lock)
        {
            Refresh();
            WatchedRun run = _runs.Values.FirstOrDefault(r => r.Id == id)
                ?? throw new RequestException(404, $"There is no run '{ClientText.Short(id)}'.");
            return ask(run, _entries.First(e => e.Id == id));
        }
    }

    private void Refresh()
    {
        if (_looked != 0 && Stopwatch.GetElapsedTime(_looked) < Interval) return;
        string[] folders = [.. _places.SelectMany(FoldersOf).Distinct()];
        foreach (string gone in _runs.Keys.Except(folders).ToList()) _runs.Remove(gone);
        foreach (string folder in folders)
        {
            if (!_runs.TryGetValue(folder, out WatchedRun? run)) _runs[folder] = run = new WatchedRun(folder);
            run.Refresh();
        }

        ILookup<string, string> named = folders.ToLookup(folder => Path.GetFileName(folder));
        _entries =
        [
            .. folders.Select(folder => _runs[folder].ToEntry(NameOf(folder, named)))
                .OrderByDescending(entry => entry.State == "running")
                .ThenByDescending(entry => entry.Started, StringComparer.Ordinal)
                .ThenBy(entry => entry.Name, StringComparer.Ordinal),
        ];
        _looked = Stopwatch.GetTimestamp();
    }

    /// <summary>The folder itself where it is a run, else the runs in it.</summary>
    private static IEnumerable<string> FoldersOf(string place)
    {
        if (WatchedRun.IsRun(place)) return [place];
        try
        {
            return [.. Directory.EnumerateDirectories(place).Where(WatchedRun.IsRun)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // not there yet, or not any more
        }
    }

    private static string NameOf(string folder, ILookup<string, string> named)
    {
        string name = Path.GetFileName(folder);
        return named[name].Skip(1).Any() ? $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{name}" : name;
    }
}
