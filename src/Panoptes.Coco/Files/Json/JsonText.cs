using System.Text;
using System.Text.Unicode;

namespace Panoptes.Coco.Files.Json;

/// <summary>The text of JSON files as UTF-8, which JSON is; files that tools on Windows wrote as UTF-16 or UTF-32 are read too.</summary>
internal static class JsonText
{
    private const int ChunkSize = 1 << 16;
    private const int Shown = 40;

    /// <summary>Gives a file's text as UTF-8.</summary>
    /// <param name="file">The file, at its start.</param>
    public static Stream Decode(FileStream file)
    {
        Span<byte> start = stackalloc byte[TextEncoding.Looked];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        (Encoding encoding, int mark) = TextEncoding.Of(start[..read]);
        file.Position = encoding is UTF8Encoding ? 0 : mark; // the reader of UTF-8 passes over its mark
        return encoding is UTF8Encoding ? file : Encoding.CreateTranscodingStream(file, encoding, Encoding.UTF8);
    }

    /// <summary>Checks that a text is UTF-8.</summary>
    /// <exception cref="DecoderFallbackException">It is not.</exception>
    public static void Require(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            throw new DecoderFallbackException("the text is not UTF-8");
        }
    }

    /// <summary>Reads a whole file once more, to say where it stops being text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">What was noticed.</param>
    public static InputException Locate(string path, DecoderFallbackException error)
    {
        const string advice = "JSON is UTF-8; save it as UTF-8";
        using FileStream file = JsonLists.Open(path);
        if (Decode(file) != file)
        {
            return new InputException(InputErrorKind.Damaged, path, null, $"is not valid UTF-16 or UTF-32; {advice}.", error);
        }

        byte[] buffer = new byte[ChunkSize];
        (int kept, long line, long column) = (0, 1, 1);
        while (true)
        {
            int length = kept + file.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
            bool isEnd = length < buffer.Length;
            while (text.Length >= 4 || (isEnd && text.Length > 0))
            {
                if (Rune.DecodeFromUtf8(text, out Rune rune, out int bytes) != System.Buffers.OperationStatus.Done)
                {
                    return new InputException(
                        InputErrorKind.Damaged, path, null,
                        $"is not UTF-8 at line {line}, byte {column}: 0x{text[0]:X2} begins no character; {advice}.",
                        error);
                }

                (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + bytes);
                text = text[bytes..];
            }

            if (isEnd)
            {
                return new InputException(InputErrorKind.Damaged, path, null, $"is not UTF-8; {advice}.", error);
            }

            kept = text.Length;
            text.ToArray().CopyTo(buffer, 0);
        }
    }

    /// <summary>Refuses bytes that are not UTF-8, and escapes that stand for half of a surrogate pair.</summary>
    /// <param name="text">JSON, or a part of it.</param>
    /// <param name="file">The file, for messages; null where the caller adds it.</param>
    /// <param name="place">The place in it, for messages.</param>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    /// <exception cref="InputException">There is half of a surrogate pair; the message shows it.</exception>
    public static void RequireUnicode(ReadOnlySpan<byte> text, string? file, string? place = null)
    {
        Require(text);
        for (int at = 0; ;)
        {
            int step = text[at..].IndexOf("\\u"u8);
            if (step < 0)
            {
                return;
            }

            at += step;
            bool isEscaped = (Backslashes(text[..at]) & 1) != 0;
            int unit = isEscaped ? 0 : Unit(text[at..]);
            int behind = char.IsHighSurrogate((char)unit) ? Unit(text[(at + 6)..]) : 0;
            if (char.IsLowSurrogate((char)behind))
            {
                at += 6;
            }
            else if (char.IsSurrogate((char)unit))
            {
                string shown = Encoding.UTF8.GetString(text.Slice(Math.Max(0, at - Shown), Math.Min(at, Shown) + 6));
                InputException error = InputException.InContent(
                    place, $"a text holds half of a surrogate pair, which is no character: ...{shown}", InputErrorKind.Damaged);
                throw file is null ? error : error.InFile(file);
            }

            at += 2;
        }
    }

    private static int Backslashes(ReadOnlySpan<byte> text) => text.Length - 1 - text.LastIndexOfAnyExcept((byte)'\\');

    // The code unit of an escape \uXXXX; 0 if there is none.
    private static int Unit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text.StartsWith("\\u"u8)
        && int.TryParse(text.Slice(2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out int unit)
            ? unit
            : 0;
}
