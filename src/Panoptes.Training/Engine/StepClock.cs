namespace Panoptes.Training.Engine;

/// <summary>Speed and time left, from the durations of the last steps; pauses for evaluation and saving do not count.</summary>
/// <param name="iterations">Steps of the whole run.</param>
/// <param name="imagesPerStep">Images of one step: the batch times the accumulation.</param>
/// <param name="window">Steps that the speed is averaged over.</param>
/// <param name="limit">Most time that all steps together may take; null does not bound it.</param>
internal sealed class StepClock(int iterations, int imagesPerStep, int window = 50, TimeSpan? limit = null)
{
    private readonly MovingAverage _durations = new(window);

    /// <summary>Time of all steps, those before a resumption included if they were given to <see cref="Resume"/>.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Mean seconds of a step; NaN before the first.</summary>
    public double SecondsPerStep => _durations.Mean;

    /// <summary>Images per second; NaN before the first step.</summary>
    public double ImagesPerSecond => imagesPerStep / _durations.Mean;

    /// <summary>The part of the time limit that is used, at most 1; 0 without a limit.</summary>
    public double LimitUsed => limit is { } most ? Math.Min(1, Elapsed / most) : 0;

    /// <summary>Takes over the time of the steps before a resumption.</summary>
    public void Resume(TimeSpan elapsed) => Elapsed = elapsed;

    /// <summary>Counts a step.</summary>
    public void Add(TimeSpan duration)
    {
        Elapsed += duration;
        _durations.Add(duration.TotalSeconds);
    }

    /// <summary>The time left once this many steps are made; null before the first step.</summary>
    public TimeSpan? Remaining(int iteration)
    {
        if (_durations.Count == 0) return null;
        TimeSpan steps = TimeSpan.FromSeconds(_durations.Mean * Math.Max(0, iterations - iteration));
        return LimitLeft is { } left && left < steps ? left : steps;
    }

    /// <summary>
    /// The steps that the run will have made at its end, as far as it is known: all, or those that the time limit allows.
    /// </summary>
    /// <param name="iteration">Steps made so far.</param>
    public int ExpectedIterations(int iteration) => _durations.Count > 0 && LimitLeft is { } left
        ? (int)Math.Min(iterations, iteration + Math.Ceiling(left.TotalSeconds / _durations.Mean))
        : iterations;

    private TimeSpan? LimitLeft => limit is { } most ? most > Elapsed ? most - Elapsed : TimeSpan.Zero : null;
}
