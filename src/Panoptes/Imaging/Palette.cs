namespace Panoptes.Imaging;

/// <summary>
/// Colors for classes and objects: the same index gives the same color everywhere, neighbors in the sequence differ strongly, and
/// there is no end to it.
/// </summary>
public static class Palette
{
    // The golden angle, in turns: every further hue falls into one of the largest gaps left by those before it.
    private const double GoldenTurn = 0.38196601125010515;
    private const double FirstHue = 0.07;

    // Lightness and chroma of OKLCH, changed from one color to the next so that near hues still differ.
    private static readonly (double Lightness, double Chroma)[] s_levels = [(0.70, 0.20), (0.82, 0.16), (0.58, 0.22)];

    /// <summary>The color of an index.</summary>
    /// <param name="index">A class index or a running number; negative indices have colors too.</param>
    public static Rgb ColorOf(int index)
    {
        uint position = unchecked((uint)index);
        double hue = FirstHue + (position * GoldenTurn);
        (double lightness, double chroma) = s_levels[position % (uint)s_levels.Length];
        return FromOklch(lightness, chroma, hue - Math.Floor(hue));
    }

    /// <summary>
    /// OKLCH to sRGB (Björn Ottosson, "A perceptual color space for image processing", 2020); chroma is reduced until the color exists.
    /// </summary>
    private static Rgb FromOklch(double lightness, double chroma, double hueInTurns)
    {
        (double sin, double cos) = Math.SinCos(hueInTurns * 2 * Math.PI);
        while (true)
        {
            (double r, double g, double b) = FromOklab(lightness, chroma * cos, chroma * sin);
            if (Math.Min(r, Math.Min(g, b)) >= 0 && Math.Max(r, Math.Max(g, b)) <= 1)
                return new Rgb(Encode(r), Encode(g), Encode(b));
            chroma -= 0.005;
        }
    }

    private static (double R, double G, double B) FromOklab(double lightness, double a, double b)
    {
        double l = Cube(lightness + (0.3963377774 * a) + (0.2158037573 * b));
        double m = Cube(lightness - (0.1055613458 * a) - (0.0638541728 * b));
        double s = Cube(lightness - (0.0894841775 * a) - (1.2914855480 * b));
        return (
            (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static double Cube(double value) => value * value * value;

    private static byte Encode(double linear) =>
        (byte)Math.Round(255 * (linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055));
}
