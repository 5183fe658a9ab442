using System.Globalization;
using System.Net;

namespace Panoptes.Reports.Pages;

/// <summary>Text and numbers as they stand on a page.</summary>
internal static class Html
{
    /// <summary>Text with everything escaped that HTML and XML read as markup.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A figure between 0 and 1 with three decimals; a dash for one that is not defined (−1 in COCO's statistics).</summary>
    public static string Figure(double value) =>
        value >= 0 && double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    /// <summary>A number with three significant digits, for losses and learning rates.</summary>
    public static string Short(double value) => !double.IsFinite(value) ? "–" : Math.Abs(value) switch
    {
        0 => "0",
        < 0.001 => value.ToString("0.0e-0", CultureInfo.InvariantCulture),
        < 1 => value.ToString("0.###", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number and its noun: <c>1 image</c>, <c>2 images</c>.</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    /// <summary>A number and its noun, whose plural has a form of its own.</summary>
    public static string Count(long value, string noun, string plural) => $"{Count(value)} {(value == 1 ? noun : plural)}";

    /// <summary>A duration as people say it, in one piece: no line breaks inside.</summary>
    public static string Duration(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time switch
        {
            { TotalMinutes: < 1 } => $"{time.Seconds}\u00a0s",
            { TotalHours: < 1 } => $"{time.Minutes}\u00a0min\u00a0{time.Seconds:00}\u00a0s",
            _ => $"{(int)time.TotalHours}\u00a0h\u00a0{time.Minutes:00}\u00a0min",
        };
    }

    /// <summary>A word of a command line for a POSIX shell, quoted where it needs to be.</summary>
    public static string ShellWord(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
