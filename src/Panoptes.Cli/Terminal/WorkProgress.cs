namespace Panoptes.Cli.Terminal;

/// <summary>How far a long command has come.</summary>
/// <param name="Stage">What it does: "train", "evaluate".</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all; at least 1.</param>
/// <param name="Detail">Losses, speed: whatever is worth a look now.</param>
/// <param name="Remaining">Time left, where it can be told.</param>
internal readonly record struct WorkProgress(string Stage, long Done, long Total, string Detail = "", TimeSpan? Remaining = null)
{
    /// <summary>The progress as a line of text.</summary>
    public override string ToString()
    {
        string remaining = Remaining is { } time ? $", {Duration(time)} left" : "";
        return $"{Stage} {Done}/{Total} ({100 * Done / Math.Max(Total, 1)} %){(Detail.Length > 0 ? $", {Detail}" : "")}{remaining}";
    }

    /// <summary>A duration as people say it: <c>12 s</c>, <c>3 min 05 s</c>, <c>2 h 07 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{(int)time.TotalSeconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes:00} min",
    };
}
