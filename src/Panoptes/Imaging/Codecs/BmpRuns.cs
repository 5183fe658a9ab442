namespace Panoptes.Imaging.Codecs;

/// <summary>Run lengths of BMPs of 4 and 8 bits.</summary>
internal static class BmpRuns
{
    /// <summary>Decodes the indices, a byte each, in the order in which rows are stored; pixels that runs skip are 0.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="isHalf">Whether an index has 4 bits.</param>
    /// <param name="source">The name that messages begin with.</param>
    /// <exception cref="InputException">The runs end early or leave the image.</exception>
    public static byte[] Read(ReadOnlySpan<byte> runs, int width, int height, bool isHalf, string source)
    {
        byte[] indices = new byte[checked(width * height)];
        (int x, int y) = (0, 0);
        for (int at = 0; at + 1 < runs.Length; at += 2)
        {
            (byte count, byte value) = (runs[at], runs[at + 1]);
            if (count > 0)
            {
                for (int i = 0; i < count && x < width && y < height; i++)
                    indices[(y * width) + x++] = !isHalf ? value : (byte)(i % 2 == 0 ? value >> 4 : value & 15);
                continue;
            }

            switch (value)
            {
                case 0:
                    (x, y) = (0, y + 1);
                    break;
                case 1:
                    return indices;
                case 2 when at + 3 < runs.Length:
                    (x, y) = (x + runs[at + 2], y + runs[at + 3]);
                    at += 2;
                    break;
                default:
                    int bytes = isHalf ? (value + 1) / 2 : value;
                    if (at + 2 + bytes > runs.Length)
                        throw Truncated(source);
                    for (int i = 0; i < value && x < width && y < height; i++)
                    {
                        byte stored = runs[at + 2 + (isHalf ? i / 2 : i)];
                        indices[(y * width) + x++] = !isHalf ? stored : (byte)(i % 2 == 0 ? stored >> 4 : stored & 15);
                    }

                    at += (bytes + 1) / 2 * 2; // literals end on a word
                    break;
            }
        }

        // Without an end mark, all rows must be there.
        return y >= height - 1 && x >= width ? indices : y >= height ? indices : throw Truncated(source);
    }

    private static InputException Truncated(string source) => new(
        InputErrorKind.Damaged, source, null,
        "truncated BMP (the file ends within its run lengths).");
}
