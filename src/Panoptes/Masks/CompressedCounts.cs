namespace Panoptes.Masks;

/// <summary>
/// COCO's text form of run lengths. From the fourth count on, the difference to the count two before is stored (neighbouring
/// columns resemble each other). A number is cut into groups of 5 bits, lowest first; bit 5 says that another group follows, bit
/// 4 of the last group is the sign; 48 is added to get a printable character. (Format: cocoapi, common/maskApi.c.)
/// </summary>
internal static class CompressedCounts
{
    private const int Offset = 48;
    private const int More = 0x20;
    private const int Sign = 0x10;
    private const int Bits = 5;

    /// <summary>Decodes into <paramref name="counts"/> (as long as the text is enough) and returns the number of runs.</summary>
    /// <exception cref="InputException">The text is malformed or its counts do not sum to <paramref name="pixels"/>.</exception>
    public static int Decode(ReadOnlySpan<byte> text, Span<uint> counts, long pixels)
    {
        int runs = 0;
        long sum = 0;
        int position = 0;
        while (position < text.Length)
        {
            int digit = text[position++] - Offset;
            long value = digit & 0x1f;
            int shift = Bits;
            int all = digit;
            while ((digit & More) != 0 && (uint)position < (uint)text.Length && shift < 40)
            {
                digit = text[position++] - Offset;
                all |= digit;
                value |= (long)(digit & 0x1f) << shift;
                shift += Bits;
            }

            if ((uint)all > 0x3f || (digit & More) != 0)
            {
                throw Malformed(text, position - 1, digit);
            }

            if ((digit & Sign) != 0)
            {
                value |= -1L << shift;
            }

            if (runs > 2)
            {
                value += counts[runs - 2];
            }

            sum += value;
            if (value < 0 || sum > pixels)
            {
                string what = value < 0 ? $"run {runs} is negative ({value})" : $"its first {runs + 1} runs already cover {sum} pixels";
                throw new InputException($"Compressed RLE does not fit a mask of {pixels} pixels: {what}.");
            }

            counts[runs++] = (uint)value;
        }

        if (sum != pixels)
        {
            throw new InputException($"Compressed RLE covers {sum} pixels, but the mask has {pixels}.");
        }

        return runs;
    }

    /// <summary>Encodes canonical run lengths.</summary>
    public static string Encode(ReadOnlySpan<uint> counts)
    {
        const int longest = 7; // 33 bits with the sign in groups of 5
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(counts.Length * longest);
        int length = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            long value = counts[i];
            if (i > 2)
            {
                value -= counts[i - 2];
            }

            bool more;
            do
            {
                int group = (int)(value & 0x1f);
                value >>= Bits;
                more = (group & Sign) != 0 ? value != -1 : value != 0;
                buffer[length++] = (byte)((more ? group | More : group) + Offset);
            }
            while (more);
        }

        string text = System.Text.Encoding.ASCII.GetString(buffer, 0, length);
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }

    private static InputException Malformed(ReadOnlySpan<byte> text, int last, int digit)
    {
        for (int i = 0; i <= last; i++)
        {
            if (text[i] is < Offset or > Offset + 0x3f)
            {
                string shown = text[i] is > 32 and < 127 ? $"'{(char)text[i]}'" : $"code {text[i]}";
                return new InputException(
                    $"Compressed RLE has {shown} at position {i}; only the characters '0' (48) to 'o' (111) can occur.");
            }
        }

        return (digit & More) != 0 && last + 1 == text.Length
            ? new InputException($"Compressed RLE ends in the middle of a number (at position {last}).")
            : new InputException($"Compressed RLE holds a number too large for a run length (at position {last}).");
    }
}
