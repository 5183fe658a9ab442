using System.Text;

namespace Panoptes;

/// <summary>Tells the Unicode encoding of a text: by its byte order mark, by the zeros among its first bytes, or else UTF-8.</summary>
internal static class TextEncoding
{
    /// <summary>How many of the first bytes are looked at.</summary>
    public const int Looked = 4;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Tells the encoding.</summary>
    /// <param name="start">The text's first bytes, <see cref="Looked"/> where there are as many.</param>
    /// <returns>The encoding, which throws at bytes that are not text, and how many bytes its mark has.</returns>
    public static (Encoding Encoding, int Mark) Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (s_utf8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Utf32(bigEndian: false), 4),
        [0, 0, 0xFE, 0xFF, ..] => (Utf32(bigEndian: true), 4),
        [0xFF, 0xFE, ..] => (Utf16(bigEndian: false), 2),
        [0xFE, 0xFF, ..] => (Utf16(bigEndian: true), 2),
        [not 0, 0, not 0, 0, ..] => (Utf16(bigEndian: false), 0),
        [0, not 0, 0, not 0, ..] => (Utf16(bigEndian: true), 0),
        _ => (s_utf8, 0),
    };

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);

    private static UTF32Encoding Utf32(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidCharacters: true);
}
