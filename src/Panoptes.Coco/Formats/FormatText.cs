using System.Text;
using System.Text.RegularExpressions;

namespace Panoptes.Coco.Formats;

/// <summary>
/// Reads the texts of foreign formats: UTF-8, UTF-16 and UTF-32 by their marks or first letters, the code page that an XML declares, or the
/// one that the user names. A byte that has no meaning is an error, never a replacement character.
/// </summary>
/// <param name="fallback">The name of the encoding of texts that are not Unicode; null where they are an error.</param>
internal sealed partial class FormatText(string? fallback)
{
    private readonly Encoding? _fallback = fallback is null ? null : Find(fallback)
        ?? throw InputException.ForSetting(
            "ConversionOptions.Encoding",
            $"the encoding '{fallback}' is unknown; one is, for instance, gb2312 or windows-1252");

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It has bytes that are no text; the message names file and line.</exception>
    public string Read(string path)
    {
        byte[] data = InputFile.ReadBytes(path);
        (Encoding encoding, int mark) = TextEncoding.Of(data);
        try
        {
            return encoding.GetString(data.AsSpan(mark));
        }
        catch (DecoderFallbackException) when (encoding is UTF8Encoding && _fallback is not null)
        {
            return Decode(data, _fallback, path);
        }
        catch (DecoderFallbackException e)
        {
            throw Invalid(path, data, mark + Math.Max(0, e.Index), encoding, e);
        }
    }

    /// <summary>Reads the lines of a file.</summary>
    /// <exception cref="InputException">It has bytes that are no text.</exception>
    public IReadOnlyList<string> ReadLines(string path)
    {
        string text = Read(path);
        string[] lines = text.Split('\n');
        return [.. lines.Take(lines[^1].Length == 0 ? lines.Length - 1 : lines.Length).Select(line => line.TrimEnd('\r'))];
    }

    /// <summary>Reads an XML, whose first line may name its encoding.</summary>
    /// <exception cref="InputException">It has bytes that are no text in that encoding, or the encoding is unknown.</exception>
    public string ReadXml(string path)
    {
        byte[] data = InputFile.ReadBytes(path);
        string head = Encoding.Latin1.GetString(data.AsSpan(0, Math.Min(data.Length, 200)));
        if (TextEncoding.Of(data) is var (found, mark) && found is UTF8Encoding && mark == 0
            && DeclaredEncoding().Match(head) is { Success: true } match)
        {
            string name = match.Groups[1].Value;
            Encoding declared = Find(name) ?? throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"the encoding '{name}' is unknown.");
            return Decode(data, declared.CodePage == found.CodePage ? found : declared, path);
        }

        return Read(path);
    }

    private static string Decode(byte[] data, Encoding encoding, string path)
    {
        try
        {
            return encoding.GetString(data);
        }
        catch (DecoderFallbackException e)
        {
            throw Invalid(path, data, Math.Max(0, e.Index), encoding, e);
        }
    }

    private static InputException Invalid(string path, byte[] data, int index, Encoding encoding, Exception e)
    {
        int line = 1 + data.AsSpan(0, Math.Min(index, data.Length)).Count((byte)'\n');
        return new InputException(
            InputErrorKind.Damaged, path, $"line {line}",
            $"has bytes that are not {encoding.WebName.ToUpperInvariant()} (byte {index}); save it as UTF-8, "
            + "or name its encoding (ConversionOptions.Encoding).",
            e);
    }

    // The code pages are asked for directly: registering the provider would change the whole process.
    private static Encoding? Find(string name)
    {
        try
        {
            (EncoderFallback encode, DecoderFallback decode) = (EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return CodePagesEncodingProvider.Instance.GetEncoding(name, encode, decode) ?? Encoding.GetEncoding(name, encode, decode);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    [GeneratedRegex("""^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']""")]
    private static partial Regex DeclaredEncoding();
}
