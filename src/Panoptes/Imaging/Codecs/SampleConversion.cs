namespace Panoptes.Imaging.Codecs;

/// <summary>Rows of 8-bit samples, as codecs give them, to RGB. Alpha is ignored.</summary>
internal static class SampleConversion
{
    /// <summary>Converts a row.</summary>
    /// <param name="samples">Interleaved samples.</param>
    /// <param name="channels">1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha; or 4 CMYK, 5 CMYK and alpha.</param>
    /// <param name="isCmyk">Whether the channels are inks, of which 255 is all.</param>
    /// <param name="rgb">Takes the row.</param>
    public static void ToRgb(ReadOnlySpan<byte> samples, int channels, bool isCmyk, Span<byte> rgb)
    {
        if (isCmyk)
        {
            CmykToRgb(samples, channels, rgb);
            return;
        }

        int green = channels < 3 ? 0 : 1;
        for (int from = 0, to = 0; to < rgb.Length; from += channels, to += 3)
        {
            rgb[to] = samples[from];
            rgb[to + 1] = samples[from + green];
            rgb[to + 2] = samples[from + (2 * green)];
        }
    }

    private static void CmykToRgb(ReadOnlySpan<byte> cmyk, int channels, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += channels, to += 3)
        {
            int light = 255 - cmyk[from + 3];
            rgb[to] = Absorb(light, cmyk[from]);
            rgb[to + 1] = Absorb(light, cmyk[from + 1]);
            rgb[to + 2] = Absorb(light, cmyk[from + 2]);
        }
    }

    // As Pillow rounds it (cmyk2rgb in libImaging/Convert.c); it matters in the last bit.
    private static byte Absorb(int light, int ink)
    {
        int product = (ink * light) + 128;
        return (byte)(light - (((product >> 8) + product) >> 8));
    }
}
