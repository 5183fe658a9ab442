using System.Globalization;
using System.Text.RegularExpressions;

namespace Panoptes;

/// <summary>Who writes to a run's folder, as the file <see cref="FileName"/> in it says.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Machine">Its machine's name.</param>
/// <param name="Since">Since when.</param>
internal sealed partial record RunLockHolder(int ProcessId, string Machine, DateTimeOffset Since)
{
    /// <summary>The file's name.</summary>
    public const string FileName = ".lock-holder";

    private const string Format = "yyyy-MM-dd HH:mm:ss";

    /// <summary>This process.</summary>
    public static RunLockHolder Self() => new(Environment.ProcessId, Environment.MachineName, DateTimeOffset.UtcNow);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for any other text.</summary>
    public static RunLockHolder? Parse(string text)
    {
        Match match = Text().Match(text);
        return match.Success
            && int.TryParse(match.Groups["process"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && DateTimeOffset.TryParseExact(
                match.Groups["since"].ValueSpan,
                Format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset since)
            ? new RunLockHolder(process, match.Groups["machine"].Value, since)
            : null;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {ProcessId} on {Machine}, since {Since.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)} UTC,");

    [GeneratedRegex("^process (?<process>[0-9]+) on (?<machine>.+), since (?<since>[-0-9]{10} [0-9:]{8}) UTC,$")]
    private static partial Regex Text();
}
