namespace Panoptes.Imaging.Codecs;

/// <summary>
/// Images of 16 bits a channel to 8. The high byte is kept; where no sample is above 4095, the file holds 12 bits (cameras, microscopes,
/// scanners), of which the upper 8 are kept, and the user is told.
/// </summary>
internal static class SixteenBits
{
    private const int LargestOf12Bits = 4095;

    /// <summary>Converts an image.</summary>
    /// <param name="samples">Interleaved samples of all rows.</param>
    /// <param name="channels">As in <see cref="SampleConversion"/>; alpha is ignored.</param>
    /// <param name="isCmyk">Whether the channels are inks.</param>
    /// <param name="image">Takes the pixels.</param>
    /// <param name="source">The name that messages begin with.</param>
    /// <param name="warnings">Takes what the user should be told.</param>
    public static void ToRgb(
        ReadOnlySpan<ushort> samples, int channels, bool isCmyk, Image image, string source, List<string> warnings)
    {
        int colors = isCmyk ? 4 : channels < 3 ? 1 : 3;
        int largest = Largest(samples, channels, colors);
        int shift = largest > LargestOf12Bits || isCmyk ? 8 : 4;
        if (shift == 4 && largest > 0)
        {
            warnings.Add(
                $"{source}: holds 16 bits a channel, but no value is above {largest}; read as 12 bits, 0 to {LargestOf12Bits}.");
        }

        int stride = image.Width * channels;
        byte[] row = new byte[stride];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<ushort> from = samples.Slice(y * stride, stride);
            for (int i = 0; i < row.Length; i++)
                row[i] = (byte)(from[i] >> shift);
            SampleConversion.ToRgb(row, channels, isCmyk, image.Row(y));
        }
    }

    private static int Largest(ReadOnlySpan<ushort> samples, int channels, int colors)
    {
        int largest = 0;
        for (int i = 0; i < samples.Length && largest <= LargestOf12Bits; i += channels)
        {
            for (int color = 0; color < colors; color++)
                largest = Math.Max(largest, samples[i + color]);
        }

        return largest;
    }
}
