namespace Panoptes.Cli.Terminal;

/// <summary>A line of a <see cref="LiveBlock"/>.</summary>
/// <param name="Text">What is written, escape sequences for colors included.</param>
/// <param name="Columns">The columns that it takes on the terminal.</param>
internal readonly record struct LiveLine(string Text, int Columns)
{
    /// <summary>A line without colors.</summary>
    public static LiveLine Plain(string text) => new(text, text.Length);
}
