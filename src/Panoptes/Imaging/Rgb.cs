namespace Panoptes.Imaging;

/// <summary>A color: 8-bit sRGB.</summary>
/// <param name="R">Red, 0 to 255.</param>
/// <param name="G">Green, 0 to 255.</param>
/// <param name="B">Blue, 0 to 255.</param>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Black.</summary>
    public static Rgb Black => new(0, 0, 0);

    /// <summary>White.</summary>
    public static Rgb White => new(255, 255, 255);

    /// <summary>Relative luminance, 0 (black) to 1 (white), as WCAG 2.1 defines it.</summary>
    public double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

    /// <summary>The contrast ratio of two colors, 1 to 21, as WCAG 2.1 defines it.</summary>
    public double ContrastWith(Rgb other)
    {
        double mine = Luminance + 0.05;
        double its = other.Luminance + 0.05;
        return Math.Max(mine, its) / Math.Min(mine, its);
    }

    /// <summary>Black or white, whichever reads better on this color; the contrast is at least 4.5.</summary>
    public Rgb ReadableText => ContrastWith(Black) >= ContrastWith(White) ? Black : White;

    /// <summary>A mixture: this color at 0, <paramref name="other"/> at 1.</summary>
    /// <param name="other">The color to mix in.</param>
    /// <param name="share">How much of it, 0 to 1.</param>
    public Rgb Mix(Rgb other, double share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

    /// <summary>The color as CSS writes it, for example <c>#ff8000</c>.</summary>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));

    // The sRGB transfer function (IEC 61966-2-1).
    private static double Linear(byte value)
    {
        double v = value / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }
}
