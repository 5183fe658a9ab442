using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Panoptes.Imaging;
using Panoptes.Imaging.Codecs;

namespace Panoptes.Tests.Imaging;

/// <summary>The reader of label images against Pillow, for images with every filter in every row.</summary>
public class PngLabelTests(Pillow pillow) : IClassFixture<Pillow>
{
    private const int Header = 16; // signature, length and type of the first chunk

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(6, 4)]
    public void Labels_are_those_of_Pillow_whatever_the_filters(int colorType, int channels)
    {
        pillow.SkipUnlessAvailable();
        Random random = new(colorType);
        for (int test = 0; test < 150; test++)
        {
            (int width, int height) = (random.Next(1, 70), random.Next(1, 75));
            byte[] samples = test % 3 == 0 ? Noise(random, width * height * channels) : Areas(random, width, height, channels);
            byte[] png = Write(samples, width, height, colorType, channels, _ => random.Next(5), pieces: random.Next(1, 4));
            using PngLabelRows rows = Assert.IsType<PngLabelRows>(PngCodec.OpenLabels(png, "test"));
            LabelMap expected = Reference(png);
            Assert.Equal(Enumerable.Range(0, width * height).Select(i => Label(samples, i, channels)), expected.Labels.ToArray());
            for (int y = 0; y < height; y++)
            {
                bool mayDiffer = rows.Read();
                Assert.Equal(expected.Row(y).ToArray(), rows.Labels.ToArray());
                Assert.True(mayDiffer || expected.Row(y).SequenceEqual(expected.Row(y - 1)));
            }
        }
    }

    [Fact]
    public void Real_label_images_are_read_as_Pillow_reads_them()
    {
        pillow.SkipUnlessAvailable();
        string[] folders =
        [
            SharedData.Require("coco/annotations/panoptic_val2017"),
            SharedData.Require("golden/panoptic_predictions"),
            SharedData.Require("pennfudan/PedMasks"),
            SharedData.Require("panopticapi_sample_data/panoptic_examples"),
        ];
        int read = 0;
        foreach (string file in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.png")))
        {
            byte[] png = File.ReadAllBytes(file);
            using LabelRows rows = PngCodec.OpenLabels(png, file);
            Assert.True(rows is PngLabelRows || png[Header + 8] != 8, $"{file} is not read row by row");
            Assert.True(LabelMap.Decode(png).Labels.SequenceEqual(Reference(png).Labels), file);
            read++;
        }

        Assert.InRange(read, 100, int.MaxValue);
    }

    [Fact]
    public void A_byte_changed_anywhere_never_changes_a_label_in_silence()
    {
        byte[] samples = Areas(new Random(5), 20, 30, 3);
        byte[] png = Write(samples, 20, 30, 2, 3, y => y % 5, pieces: 2);
        for (int i = 8; i < png.Length; i++)
        {
            byte[] damaged = [.. png];
            damaged[i] ^= 0x10;
            if (Decode(damaged) is { } labels)
            {
                Assert.Equal(Enumerable.Range(0, 600).Select(pixel => Label(samples, pixel, 3)), labels);
            }
        }
    }

    [Fact]
    public void An_image_cut_off_or_with_a_wrong_checksum_of_its_pixels_is_refused()
    {
        byte[] samples = Areas(new Random(6), 20, 30, 3);
        byte[] png = Write(samples, 20, 30, 2, 3, _ => 2, pieces: 1);
        const int behindPixels = 12 + 4 + 4 + 2; // the last chunk, the checksums before it, and the mark of the end before them
        for (int length = 8; length < png.Length - behindPixels; length++)
        {
            Assert.Throws<InputException>(() => LabelMap.Decode(png.AsSpan(0, length)));
        }

        byte[] wrongSum = Write(samples, 20, 30, 2, 3, _ => 2, pieces: 1, change: zlib => zlib[^1] ^= 1);
        Assert.Contains("damaged", Assert.Throws<InputException>(() => LabelMap.Decode(wrongSum)).Message, StringComparison.Ordinal);
        byte[] wrongFilter = Write(samples, 20, 30, 2, 3, y => y == 7 ? 5 : 0, pieces: 1);
        Assert.Contains("filter 5", Assert.Throws<InputException>(() => LabelMap.Decode(wrongFilter)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_disposed_twice_give_their_memory_back_once()
    {
        byte[] png = Write(Areas(new Random(7), 20, 30, 3), 20, 30, 2, 3, _ => 0, pieces: 1);
        PngLabelRows rows = Assert.IsType<PngLabelRows>(PngCodec.OpenLabels(png, "test"));
        rows.Dispose();
        rows.Dispose();

        int[] labels = ArrayPool<int>.Shared.Rent(20), other = ArrayPool<int>.Shared.Rent(20);
        Assert.NotSame(labels, other);
        Assert.Throws<ObjectDisposedException>(() => rows.Read());
        ArrayPool<int>.Shared.Return(labels);
        ArrayPool<int>.Shared.Return(other);
    }

    [Fact]
    public void Chunks_that_are_disposed_twice_give_their_memory_back_once()
    {
        byte[] png = Write(Areas(new Random(8), 20, 30, 3), 20, 30, 2, 3, _ => 0, pieces: 1);
        PngChunks chunks = PngChunks.Read(png, "test");
        chunks.Dispose();
        chunks.Dispose();

        byte[] one = ArrayPool<byte>.Shared.Rent(png.Length), other = ArrayPool<byte>.Shared.Rent(png.Length);
        Assert.NotSame(one, other);
        ArrayPool<byte>.Shared.Return(one);
        ArrayPool<byte>.Shared.Return(other);
    }

    private LabelMap Reference(byte[] png)
    {
        byte[] labels = pillow.Run(
            """
            a = np.asarray(opened(data)).astype('<i4'); a = a[..., None] if a.ndim == 2 else a
            result = (a[..., 0] if a.shape[2] < 3 else a[..., 0] + 256 * a[..., 1] + 65536 * a[..., 2]).astype('<i4').tobytes()
            """,
            png);
        LabelMap map = new(
            BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(Header)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(Header + 4)));
        MemoryMarshal.Cast<byte, int>(labels).CopyTo(map.Labels);
        return map;
    }

    private static int[]? Decode(byte[] png)
    {
        try
        {
            return LabelMap.Decode(png).Labels.ToArray();
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static int Label(byte[] samples, int pixel, int channels)
    {
        int first = pixel * channels;
        return channels < 3 ? samples[first] : samples[first] | (samples[first + 1] << 8) | (samples[first + 2] << 16);
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>An image of rectangles, as label images are.</summary>
    private static byte[] Areas(Random random, int width, int height, int channels)
    {
        byte[] samples = new byte[width * height * channels];
        for (int area = 0; area < 12; area++)
        {
            byte[] color = Noise(random, channels);
            (int left, int top) = (random.Next(width), random.Next(height));
            (int right, int bottom) = (random.Next(left, width) + 1, random.Next(top, height) + 1);
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                {
                    color.CopyTo(samples, ((y * width) + x) * channels);
                }
            }
        }

        return samples;
    }

    /// <summary>Writes a PNG with the filters asked for, pixel data in so many chunks.</summary>
    private static byte[] Write(
        byte[] samples,
        int width,
        int height,
        int colorType,
        int channels,
        Func<int, int> filterOf,
        int pieces,
        Action<byte[]>? change = null)
    {
        int stride = width * channels;
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                int filter = filterOf(y);
                zlib.WriteByte((byte)filter);
                for (int i = 0; i < stride; i++)
                {
                    int at = (y * stride) + i;
                    int left = i < channels ? 0 : samples[at - channels];
                    int up = y == 0 ? 0 : samples[at - stride];
                    int upLeft = y == 0 || i < channels ? 0 : samples[at - stride - channels];
                    int predicted = filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, upLeft), _ => 0 };
                    zlib.WriteByte((byte)(samples[at] - predicted));
                }
            }
        }

        byte[] data = compressed.ToArray();
        change?.Invoke(data);
        using MemoryStream png = new();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, (byte)colorType);
        Chunk(png, "IHDR"u8, head);
        if (colorType == 3)
        {
            Chunk(png, "PLTE"u8, new byte[768]);
        }

        foreach (byte[] piece in data.Chunk((data.Length / pieces) + 1))
        {
            Chunk(png, "IDAT"u8, piece);
        }

        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    // As the specification words it: the nearest to left + up − upper left; of equals left, then up.
    private static int Paeth(int left, int up, int upLeft) =>
        new[] { left, up, upLeft }.MinBy(value => Math.Abs(left + up - upLeft - value));

    private static void Chunk(Stream png, ReadOnlySpan<byte> type, byte[] body)
    {
        byte[] checkedPart = [.. type, .. body];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        png.Write(number);
        png.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~checkedPart.Aggregate(uint.MaxValue, (crc, value) => Enumerable.Range(0, 8)
            .Aggregate(crc ^ value, (rest, _) => (rest >> 1) ^ ((rest & 1) * 0xEDB88320))));
        png.Write(number);
    }
}
