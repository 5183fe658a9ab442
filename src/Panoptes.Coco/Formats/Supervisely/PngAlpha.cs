using System.Buffers.Binary;
using System.IO.Compression;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Supervisely;

/// <summary>
/// Reads the alpha channel of a PNG (PNG specification, 9 and 11), which holds the mask where there is one: Supervisely's SDK takes it,
/// whatever the colors are.
/// </summary>
internal static class PngAlpha
{
    private const int GrayAlpha = 4;
    private const int RgbAlpha = 6;
    private const int FirstChunk = 8; // behind the signature
    private const int BitsAt = 24;
    private const int ColorTypeAt = 25;
    private const int InterlacingAt = 28;

    /// <summary>Replaces the labels of a PNG by its alpha; leaves them where it has none.</summary>
    /// <param name="png">The PNG, which has been decoded without error.</param>
    /// <param name="map">What was decoded.</param>
    /// <exception cref="InputException">It is interlaced.</exception>
    public static void Apply(ReadOnlySpan<byte> png, LabelMap map)
    {
        int sampleBytes = png[BitsAt] / 8;
        int channels = png[ColorTypeAt] switch { GrayAlpha => 2, RgbAlpha => 4, _ => 0 };
        if (channels == 0)
        {
            return;
        }

        if (png[InterlacingAt] != 0)
        {
            throw InputException.InContent(null, "an interlaced PNG with alpha is not read.", InputErrorKind.Unsupported);
        }

        int step = channels * sampleBytes;
        byte[] line = new byte[checked(map.Width * step)];
        byte[] above = new byte[line.Length];
        using ZLibStream pixels = new(new MemoryStream(DataOf(png)), CompressionMode.Decompress);
        for (int y = 0; y < map.Height; y++)
        {
            int filter = pixels.ReadByte();
            pixels.ReadExactly(line);
            Undo(filter, line, above, step);
            Span<int> row = map.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = line.AsSpan(((x + 1) * step) - sampleBytes, sampleBytes).ContainsAnyExcept((byte)0) ? 1 : 0;
            }

            (line, above) = (above, line);
        }
    }

    /// <summary>The compressed pixels.</summary>
    private static byte[] DataOf(ReadOnlySpan<byte> png)
    {
        using MemoryStream data = new();
        for (ReadOnlySpan<byte> rest = png[FirstChunk..]; rest.Length >= 8;)
        {
            uint stated = BinaryPrimitives.ReadUInt32BigEndian(rest);
            int length = (int)Math.Min(stated, (uint)(rest.Length - 8));
            if (rest.Slice(4, 4).SequenceEqual("IDAT"u8))
            {
                data.Write(rest.Slice(8, length));
            }

            rest = rest[Math.Min(rest.Length, 8 + length + sizeof(uint))..];
        }

        return data.ToArray();
    }

    private static void Undo(int filter, byte[] line, byte[] above, int step)
    {
        for (int i = 0; i < line.Length; i++)
        {
            int left = i >= step ? line[i - step] : 0;
            int corner = i >= step ? above[i - step] : 0;
            int predicted = filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Nearest(left, above[i], corner),
                _ => 0,
            };
            line[i] = (byte)(line[i] + predicted);
        }
    }

    /// <summary>Paeth's predictor: of three neighbors the one next to their plane, the left one first.</summary>
    private static int Nearest(int left, int above, int corner)
    {
        int plane = left + above - corner;
        (int toLeft, int toAbove, int toCorner) = (Math.Abs(plane - left), Math.Abs(plane - above), Math.Abs(plane - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left
            : toAbove <= toCorner ? above
            : corner;
    }
}
