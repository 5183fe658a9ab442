namespace Panoptes.Cli.Terminal;

/// <summary>How far a long command has come.</summary>
/// <param name="Stage">What it does: "train", "evaluate".</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all; 0 where that is not known.</param>
internal readonly record struct WorkProgress(string Stage, long Done, long Total)
{
    /// <summary>What is worth a look now, most important first: the loss, the speed. A narrow terminal shows the first ones only.</summary>
    public IReadOnlyList<string> Figures { get; init; } = [];

    /// <summary>What is shown where there is room for it: the parts of the loss.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Time left, where it can be told.</summary>
    public TimeSpan? Remaining { get; init; } = null;

    /// <summary>The progress as a line of text.</summary>
    public override string ToString()
    {
        string[] parts = [.. Figures, .. Details, .. Remaining is { } time ? [$"{Duration(time)} left"] : Array.Empty<string>()];
        return $"{Stage} {(Total > 0 ? $"{Done}/{Total} ({Percent} %)" : Done)}{string.Concat(parts.Select(part => $", {part}"))}";
    }

    /// <summary>The part that is done, 0 to 100.</summary>
    public long Percent => Math.Clamp(100 * Done / Math.Max(Total, 1), 0, 100);

    /// <summary>A duration as people say it: <c>12 s</c>, <c>3 min 05 s</c>, <c>2 h 07 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{(int)time.TotalSeconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes:00} min",
    };

    /// <summary>A duration as a clock shows it: <c>0:12</c>, <c>3:05</c>, <c>2:07:30</c>.</summary>
    public static string Clock(TimeSpan time) => time.TotalHours < 1
        ? $"{time.Minutes}:{time.Seconds:00}"
        : $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}";
}
