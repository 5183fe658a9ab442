using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using NetVips;
using Panoptes.Imaging.Codecs;
using VipsImage = NetVips.Image;

namespace Panoptes.Imaging.Drawing;

/// <summary>
/// The fonts of the system, for what <see cref="GlyphFace"/> has no letters of. libvips draws with them (Pango): it shapes every script,
/// and takes each letter from a font that has it. A letter that no font has comes as a frame with its number in it.
/// </summary>
internal static class SystemFonts
{
    // A code point that Unicode promises never to assign: no font has it.
    private static readonly Rune s_unassigned = new(0xFDD0);

    // Fontconfig complains on the console where it has no configuration.
    private static readonly bool s_areConfigured = !OperatingSystem.IsLinux()
        || File.Exists(Environment.GetEnvironmentVariable("FONTCONFIG_FILE") ?? "/etc/fonts/fonts.conf");

    private static readonly Lazy<TextMask?> s_missing = new(() => Draw(s_unassigned.ToString(), ProbeSize));
    private static readonly ConcurrentDictionary<Rune, bool> s_known = new();

    private const int ProbeSize = 32;

    /// <summary>Whether fonts of the system have all letters of a text.</summary>
    public static bool Has(ReadOnlySpan<char> text)
    {
        foreach (Rune letter in text.EnumerateRunes())
        {
            if (!IsMark(letter) && !s_known.GetOrAdd(letter, Look)) return false;
        }

        return true;
    }

    /// <summary>How much of each pixel a line covers.</summary>
    /// <param name="text">The line.</param>
    /// <param name="size">The size of the letters (em) in pixels.</param>
    /// <returns>The mask of its ink; null where libvips cannot draw text.</returns>
    public static TextMask? Draw(string text, int size)
    {
        if (!VipsLibrary.IsAvailable || !s_areConfigured) return null;
        try
        {
            string font = string.Create(CultureInfo.InvariantCulture, $"sans {size}px");
            using VipsImage drawn = VipsImage.Text(WebUtility.HtmlEncode(text), font: font, dpi: 72);
            return new TextMask(drawn.Width, drawn.Height, drawn.WriteToMemory<byte>());
        }
        catch (VipsException)
        {
            return null; // built without Pango, or nothing of the text is visible
        }
    }

    // Spaces show nothing, marks nothing without the letter before them.
    private static bool IsMark(Rune letter) => Rune.IsWhiteSpace(letter) || Rune.GetUnicodeCategory(letter)
        is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.EnclosingMark
        or UnicodeCategory.Format;

    private static bool Look(Rune letter) =>
        s_missing.Value is { } missing && Draw(letter.ToString(), ProbeSize) is { } drawn && !IsFrame(drawn, missing);

    /// <summary>Whether a letter's edges are those of the frame.</summary>
    private static bool IsFrame(TextMask drawn, TextMask missing)
    {
        if (drawn.Width != missing.Width || drawn.Height != missing.Height) return false;
        for (int x = 0; x < drawn.Width; x++)
        {
            if (drawn[x, 0] != missing[x, 0] || drawn[x, drawn.Height - 1] != missing[x, drawn.Height - 1]) return false;
        }

        for (int y = 0; y < drawn.Height; y++)
        {
            if (drawn[0, y] != missing[0, y] || drawn[drawn.Width - 1, y] != missing[drawn.Width - 1, y]) return false;
        }

        return true;
    }
}
