namespace Panoptes.Server.Requests;

/// <summary>Texts that a client gave, as they may be shown: short, on one line.</summary>
internal static class ClientText
{
    private const int Most = 100;

    /// <summary>The beginning of a text, without control characters.</summary>
    public static string Short(string text)
    {
        string start = text.Length <= Most ? text : string.Concat(text.AsSpan(0, Most), "...");
        return string.Concat(start.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    /// <summary>The name of an image: what comes after the last separator of folders. It is only ever shown.</summary>
    public static string Name(string text) => Short(text[(text.LastIndexOfAny(['/', '\\']) + 1)..]);
}
