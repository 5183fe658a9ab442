using System.Text;

namespace Panoptes.Cli.Terminal;

/// <summary>
/// A few lines at the foot of a terminal that are drawn over again and again, and messages that are written above them. The cursor rests
/// on the line below the block.
/// </summary>
/// <param name="writer">The terminal.</param>
/// <param name="width">Tells the columns that the terminal has now.</param>
internal sealed class LiveBlock(TextWriter writer, Func<int> width)
{
    private const string Escape = "\u001b[";
    private const string EraseToEndOfLine = Escape + "K";
    private const string EraseBelow = Escape + "J";

    private readonly Lock _lock = new();
    private LiveLine[] _drawn = [];

    /// <summary>Draws the block in place of what it showed before.</summary>
    /// <param name="render">Makes the lines, given the columns that they may take: one less than there are, so that none wraps.</param>
    public void Draw(Func<int, IEnumerable<LiveLine>> render)
    {
        lock (_lock)
        {
            LiveLine[] lines = [.. render(Math.Max(1, width() - 1))];
            StringBuilder frame = new();
            MoveToTop(frame);
            AppendLines(frame, lines);
            writer.Write(frame.ToString());
            _drawn = lines;
        }
    }

    /// <summary>Writes a line above the block, or as the next line where there is no block.</summary>
    public void WriteAbove(string message)
    {
        lock (_lock)
        {
            StringBuilder frame = new();
            MoveToTop(frame);
            // Erased first: a message that wraps writes over more than one row.
            if (_drawn.Length > 0) frame.Append(EraseBelow);
            frame.Append(message).Append('\n');
            AppendLines(frame, _drawn);
            writer.Write(frame.ToString());
        }
    }

    /// <summary>Leaves the block where it stands: what comes is written below it.</summary>
    public void Release()
    {
        lock (_lock) _drawn = [];
    }

    private static void AppendLines(StringBuilder frame, LiveLine[] lines)
    {
        foreach (LiveLine line in lines) frame.Append(line.Text).Append(EraseToEndOfLine).Append('\n');
        if (lines.Length > 0) frame.Append(EraseBelow);
    }

    /// <summary>A terminal that was made narrower has wrapped the lines that no longer fit, so each may take several rows by now.</summary>
    private void MoveToTop(StringBuilder frame)
    {
        if (_drawn.Length == 0) return;
        int columns = Math.Max(1, width());
        int rows = _drawn.Sum(line => Math.Max(1, (line.Columns + columns - 1) / columns));
        frame.Append('\r').Append(Escape).Append(rows).Append('A');
    }
}
