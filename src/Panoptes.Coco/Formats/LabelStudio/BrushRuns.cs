using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.LabelStudio;

/// <summary>
/// Decodes the masks of Label Studio's brush: the bytes of the image's RGBA pixels, packed by @thi.ng/rle-pack (a count of words in 32
/// bits, the bits of a word less 1 in 5, four widths of runs less 1 in 4 bits each; then runs: a bit for repetition, two for the width, the
/// length less 1, and one word or all of them). A pixel belongs to the mask where its alpha is not 0.
/// </summary>
internal static class BrushRuns
{
    private const int Channels = 4;

    /// <summary>Decodes a mask.</summary>
    /// <param name="data">The bytes, as the JSON has them.</param>
    /// <param name="size">The image's size.</param>
    /// <exception cref="InputException">They are for another size, or end too early.</exception>
    public static Rle Decode(ReadOnlySpan<byte> data, ImageSize size)
    {
        Bits bits = new(data);
        long words = bits.Read(32);
        long pixels = (long)size.Width * size.Height;
        if (words != pixels * Channels)
        {
            throw InputException.InContent(null, $"the rle has {words} values; for an image of {size} it must have {pixels * Channels}.");
        }

        int wordSize = (int)bits.Read(5) + 1;
        Span<int> widths = stackalloc int[4];
        foreach (ref int width in widths)
        {
            width = (int)bits.Read(4) + 1;
        }

        Bitmask mask = new(size.Height, size.Width);
        for (long at = 0; at < words;)
        {
            bool repeats = bits.Read(1) == 1;
            long end = Math.Min(words, at + 1 + bits.Read(widths[(int)bits.Read(2)]));
            uint value = repeats ? bits.Read(wordSize) : 0;
            for (; at < end; at++)
            {
                value = repeats ? value : bits.Read(wordSize);
                if (value != 0 && at % Channels == Channels - 1)
                {
                    long pixel = at / Channels;
                    mask[(int)(pixel / size.Width), (int)(pixel % size.Width)] = true;
                }
            }
        }

        return mask.ToRle();
    }

    /// <summary>Bits from the highest of a byte on.</summary>
    private ref struct Bits(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;
        private long _at;

        public uint Read(int count)
        {
            if (_at + count > (long)_data.Length * 8)
            {
                throw InputException.InContent(null, "the rle ends too early.", InputErrorKind.Damaged);
            }

            uint value = 0;
            for (int i = 0; i < count; i++, _at++)
            {
                value = (value << 1) | (uint)((_data[(int)(_at >> 3)] >> (7 - (int)(_at & 7))) & 1);
            }

            return value;
        }
    }
}
