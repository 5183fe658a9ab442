namespace Panoptes.Cli.Terminal;

/// <summary>Lays out a stage's progress in the columns that there are.</summary>
internal static class ProgressLine
{
    private const int LeastBar = 4;
    private const int MostBar = 40;
    private const string Green = "\u001b[32m";
    private const string Gray = "\u001b[90m";
    private const string Reset = "\u001b[0m";

    /// <summary>
    /// The stage in one line: name, steps, percentage, bar, figures, time left. Where they do not fit, the bar shrinks and goes, then
    /// the figures, the last one first.
    /// </summary>
    /// <param name="progress">The stage.</param>
    /// <param name="nameColumns">Columns of the longest stage's name.</param>
    /// <param name="columns">Columns that the line may take.</param>
    /// <param name="colors">Whether the bar is drawn in colors.</param>
    public static LiveLine Of(WorkProgress progress, int nameColumns, int columns, bool colors)
    {
        string steps = progress.Total > 0 ? $"{progress.Done}/{progress.Total} {progress.Percent,3}%" : $"{progress.Done}";
        string head = $"{progress.Stage.PadRight(nameColumns)} {steps}";
        string time = progress.Remaining is { } left && progress.Done < progress.Total ? $"  ETA {WorkProgress.Clock(left)}" : "";
        int figures = progress.Figures.Count;
        while (figures > 0 && head.Length + Tail(figures).Length > columns) figures--;
        string tail = Tail(figures);
        int bar = Math.Min(MostBar, columns - head.Length - tail.Length - 1);
        if (bar >= LeastBar && progress.Total > 0)
        {
            int done = (int)(bar * progress.Percent / 100);
            string full = new('━', done);
            string empty = new('─', bar - done);
            string drawn = colors ? $"{Green}{full}{Gray}{empty}{Reset}" : full + empty;
            return new LiveLine($"{head} {drawn}{tail}", head.Length + 1 + bar + tail.Length);
        }

        string line = head + tail;
        return LiveLine.Plain(line.Length <= columns ? line : line[..columns]);

        string Tail(int count) => string.Concat(progress.Figures.Take(count).Select(figure => $"  {figure}")) + time;
    }

    /// <summary>A line of the details that fit, below the stage; null where none does.</summary>
    /// <param name="progress">The stage.</param>
    /// <param name="columns">Columns that the line may take.</param>
    public static LiveLine? DetailsOf(WorkProgress progress, int columns)
    {
        string line = "";
        foreach (string detail in progress.Details)
        {
            if (line.Length + 2 + detail.Length > columns) break;
            line += $"  {detail}";
        }

        return line.Length > 0 ? LiveLine.Plain(line) : null;
    }
}
