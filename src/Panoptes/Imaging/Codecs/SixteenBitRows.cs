namespace Panoptes.Imaging.Codecs;

/// <summary>
/// Rows of 16 bits a channel to an image of 8, as they come: the samples of all rows are never held. What <see cref="SixteenBits"/> says
/// holds of the image as a whole.
/// </summary>
/// <param name="image">Takes the pixels.</param>
/// <param name="channels">As in <see cref="SampleConversion"/>; alpha is ignored.</param>
/// <param name="isCmyk">Whether the channels are inks.</param>
internal sealed class SixteenBitRows(Image image, int channels, bool isCmyk)
{
    private readonly byte[] _row = new byte[image.Width * channels];
    private int _next;

    /// <summary>The largest sample so far, as <see cref="SixteenBits.Largest"/> finds it; of inks it is not asked for.</summary>
    public int Largest { get; private set; } = isCmyk ? int.MaxValue : 0;

    /// <summary>Converts the next rows.</summary>
    /// <param name="samples">Their samples, interleaved.</param>
    public void Add(ReadOnlySpan<ushort> samples)
    {
        if (!SixteenBits.IsDeep(Largest))
        {
            Largest = Math.Max(Largest, SixteenBits.Largest(samples, channels));
            if (SixteenBits.IsDeep(Largest)) KeepHighBytes();
        }

        int shift = SixteenBits.ShiftOf(Largest, isCmyk);
        byte[] row = _row;
        for (; samples.Length > 0; samples = samples[row.Length..])
        {
            ReadOnlySpan<ushort> from = samples[..row.Length];
            for (int i = 0; i < row.Length; i++)
                row[i] = (byte)(from[i] >> shift);
            SampleConversion.ToRgb(row, channels, isCmyk, image.Row(_next++));
        }
    }

    /// <summary>The rows before looked like 12 bits, of which the upper 8 were kept: 4 of these are the high byte.</summary>
    private void KeepHighBytes()
    {
        foreach (ref byte value in image.Pixels[..(_next * image.Stride)])
            value >>= 4;
    }
}
