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
        SixteenBitRows rows = new(image, channels, isCmyk);
        rows.Add(samples);
        Warn(rows.Largest, source, warnings);
    }

    /// <summary>How far samples are shifted to become 8 bits.</summary>
    public static int ShiftOf(int largest, bool isCmyk) => IsDeep(largest) || isCmyk ? 8 : 4;

    /// <summary>Whether the largest of some samples needs more than 12 bits.</summary>
    public static bool IsDeep(int largest) => largest > LargestOf12Bits;

    /// <summary>Tells that 12 bits were found; nothing of a black image.</summary>
    public static void Warn(int largest, string source, List<string> warnings)
    {
        if (IsDeep(largest) || largest == 0) return;
        warnings.Add(
            $"{source}: holds 16 bits a channel, but no value is above {largest}; read as 12 bits, 0 to {LargestOf12Bits}.");
    }

    /// <summary>The largest sample of gray or RGB, alpha ignored; the search ends where 12 bits do not hold it.</summary>
    public static int Largest(ReadOnlySpan<ushort> samples, int channels)
    {
        int colors = channels < 3 ? 1 : 3;
        int largest = 0;
        for (int i = 0; i < samples.Length && largest <= LargestOf12Bits; i += channels)
        {
            for (int color = 0; color < colors; color++)
                largest = Math.Max(largest, samples[i + color]);
        }

        return largest;
    }
}
