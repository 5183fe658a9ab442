using System.Text;
using System.Text.Unicode;

namespace Panoptes.Coco.Files.Json;

/// <summary>Makes sure that the texts in JSON are Unicode, which its grammar does not ask for.</summary>
internal static class JsonText
{
    private const int Shown = 40;

    /// <summary>Refuses bytes that are not UTF-8, and escapes that stand for half of a surrogate pair.</summary>
    /// <param name="text">JSON, or a part of it.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InputException">There is one of them; the message shows it.</exception>
    public static void RequireUnicode(ReadOnlySpan<byte> text, string source)
    {
        if (!Utf8.IsValid(text))
        {
            throw new InputException(
                InputErrorKind.Damaged, source, null, "holds bytes that are not UTF-8. Save the file as UTF-8.");
        }

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
                throw new InputException(
                    InputErrorKind.Damaged, source, null, $"a text holds half of a surrogate pair, which is no character: ...{shown}");
            }

            at += 2;
        }
    }

    private static int Backslashes(ReadOnlySpan<byte> text) => text.Length - 1 - text.LastIndexOfAnyExcept((byte)'\\');

    // The code unit of an escape \uXXXX; 0 where there is none.
    private static int Unit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text.StartsWith("\\u"u8)
        && int.TryParse(text.Slice(2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out int unit)
            ? unit
            : 0;
}
