using System.Diagnostics;
using System.Globalization;

namespace Panoptes.Fuzz;

/// <summary>Gives one target many inputs, one after the other, and notes what must not happen.</summary>
internal sealed class Campaign : IDisposable
{
    /// <summary>The longest time that a small input may take, in seconds: of the clock, or of all cores where other programs have them.</summary>
    public const double MostSeconds = 2;

    /// <summary>The most memory that reading one may take, in bytes.</summary>
    public const long MostBytes = 500L << 20;

    private const int MostFindings = 20;
    private const int MostCharacters = 1_000_000;
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_wait = TimeSpan.FromMinutes(10); // without working: a pipe, a lock

    private readonly Target _target;
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-fuzz").FullName;
    private readonly Timer _watchdog;
    private long _current = -1;
    private long _since;
    private long _worked;

    /// <summary>Prepares the work on a target.</summary>
    public Campaign(Target target)
    {
        _target = target;
        _watchdog = new Timer(_ => Watch(), null, s_hang / 10, s_hang / 10);
    }

    /// <summary>What was found, a line for each kind.</summary>
    public Dictionary<string, string> Findings { get; } = [];

    /// <summary>Inputs that were read without an error.</summary>
    public long Accepted { get; private set; }

    /// <summary>Exceptions that are not documented.</summary>
    public long Undocumented { get; private set; }

    /// <summary>Inputs that took too long.</summary>
    public long Slow { get; private set; }

    /// <summary>Inputs that took too much memory.</summary>
    public long Large { get; private set; }

    /// <summary>The most bytes that reading one input allocated.</summary>
    public long LargestMemory { get; private set; }

    /// <summary>The longest time that one input took, in seconds.</summary>
    public double LongestTime { get; private set; }

    /// <summary>Reads the inputs of some numbers.</summary>
    public void Run(long first, long count)
    {
        Mutator mutator = new(_target);
        for (long number = first; number < first + count && Findings.Count < MostFindings; number++)
        {
            Volatile.Write(ref _current, number);
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            Volatile.Write(ref _worked, Environment.CpuUsage.TotalTime.Ticks);
            Read(mutator.Make(number), string.Create(CultureInfo.InvariantCulture, $"{_target.Name} #{number}"));
        }

        Volatile.Write(ref _current, -1);
    }

    /// <summary>Reads one input.</summary>
    public void Read(byte[] bytes, string name)
    {
        long before = GC.GetTotalAllocatedBytes();
        long start = Stopwatch.GetTimestamp();
        TimeSpan worked = Environment.CpuUsage.TotalTime;
        try
        {
            _target.Read(new Input(bytes, _folder));
            Accepted++;
        }
        catch (InputException e)
        {
            if (string.IsNullOrWhiteSpace(e.Message) || e.Message.Length > MostCharacters)
            {
                Add($"a message of {e.Message.Length} characters", name, bytes);
            }

            if (_target.NamesFile && e.File is null)
            {
                Add($"no file {PlaceOf(e)}", $"{name}: {e.Message}", bytes);
            }
        }
#pragma warning disable CA1031 // Whatever else comes is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Undocumented++;
            Add($"{e.GetType().Name} {PlaceOf(e)}", $"{name}: {e.Message}", bytes);
        }

        double seconds = Math.Min(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - worked).TotalSeconds);
        long memory = GC.GetTotalAllocatedBytes() - before;
        (LongestTime, LargestMemory) = (Math.Max(LongestTime, seconds), Math.Max(LargestMemory, memory));
        if (seconds > MostSeconds)
        {
            Slow++;
            Add(string.Create(CultureInfo.InvariantCulture, $"slow ({seconds:0.0} s)"), name, bytes);
        }

        if (memory > MostBytes)
        {
            Large++;
            Add(string.Create(CultureInfo.InvariantCulture, $"large ({memory >> 20} MiB)"), name, bytes);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _watchdog.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string PlaceOf(Exception e) =>
        e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("at Panoptes.", StringComparison.Ordinal))?.Trim() ?? "";

    private void Add(string kind, string name, byte[] bytes)
    {
        if (Findings.Count < MostFindings)
        {
            Findings.TryAdd(kind, $"{name}\n    {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 4000)))}");
        }
    }

    // No exception ends a loop without an end.
    private void Watch()
    {
        long number = Volatile.Read(ref _current);
        TimeSpan passed = Stopwatch.GetElapsedTime(Volatile.Read(ref _since));
        TimeSpan worked = Environment.CpuUsage.TotalTime - TimeSpan.FromTicks(Volatile.Read(ref _worked));
        if (number >= 0 && ((passed > s_hang && worked > s_hang) || passed > s_wait))
        {
            Environment.FailFast(string.Create(CultureInfo.InvariantCulture, $"{_target.Name} #{number} does not end."));
        }
    }
}
