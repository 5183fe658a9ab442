using System.Buffers.Binary;
using System.Text;
using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

public sealed class JpegTests(Pillow pillow) : IClassFixture<Pillow>
{
    private const string Noise = """
        rng = np.random.default_rng({0}); w, h = {1}, {2}
        y, x = np.mgrid[0:h, 0:w]
        base = np.stack([x * 255 / max(w - 1, 1), y * 255 / max(h - 1, 1), (x + y) % 256], -1)
        image = Image.fromarray(np.clip(base + rng.normal(0, 30, (h, w, 3)), 0, 255).astype('uint8'))

        """;

    [Theory]
    [InlineData("'JPEG', quality=95, subsampling=0")]
    [InlineData("'JPEG', quality=75, subsampling=1")]
    [InlineData("'JPEG', quality=50, subsampling=2")]
    [InlineData("'JPEG', progressive=True, subsampling=2")]
    [InlineData("'JPEG', quality=5, optimize=True")]
    public void Any_kind_of_color_JPEG_decodes_to_the_pixels_that_Pillow_gives(string options)
    {
        pillow.SkipUnlessAvailable();
        foreach ((int w, int h) in new[] { (1, 1), (7, 5), (16, 16), (17, 33), (131, 90) })
            AssertSamePixels(Make(w, h, $"result = saved(image, {options})"), w, h);
    }

    [Fact]
    public void Gray_becomes_three_equal_channels()
    {
        pillow.SkipUnlessAvailable();
        AssertSamePixels(Make(53, 41, "result = saved(image.convert('L'), 'JPEG')"), 53, 41);
    }

    [Fact]
    public void Cmyk_is_converted_as_Pillow_does_it()
    {
        pillow.SkipUnlessAvailable();
        byte[] cmyk = Make(53, 41, """
            planes = [Image.fromarray(np.asarray(image)[:, :, c]) for c in range(3)] + [Image.fromarray((np.asarray(image)[:, :, 0] // 2))]
            result = saved(Image.merge('CMYK', planes), 'JPEG', quality=92)
            """);
        AssertSamePixels(cmyk, 53, 41);

        // Without the segment Pillow, as other readers, takes the inks for inverted all the same.
        int segment = cmyk.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xEE]);
        byte[] without = [.. cmyk.AsSpan(0, segment), .. cmyk.AsSpan(segment + 16)];
        Assert.Equal(-1, without.AsSpan().IndexOf("Adobe"u8));
        AssertSamePixels(without, 53, 41);

        // The last byte of the Adobe segment says which transform the four channels went through: 0 none, 2 YCCK.
        int adobe = cmyk.AsSpan().IndexOf("Adobe"u8);
        Assert.True(adobe > 0);
        cmyk[adobe + 11] = 2;
        AssertSamePixels(cmyk, 53, 41);
    }

    [Fact]
    public void Every_orientation_is_turned_upright()
    {
        pillow.SkipUnlessAvailable();
        byte[] plain = Make(37, 70, "result = saved(image, 'JPEG')");
        string path = Path.GetTempFileName();
        for (ushort orientation = 0; orientation <= 9; orientation++)
        {
            foreach (bool little in new[] { false, true })
            {
                byte[] file = WithOrientation(plain, orientation, little);
                byte[] expected = pillow.Run("result = rgb(ImageOps.exif_transpose(opened(data)))", file);
                Image image = Image.Decode(file);
                Assert.True(image.Pixels.SequenceEqual(expected), $"orientation {orientation}");
                Assert.Equal(orientation is >= 5 and <= 8 ? new ImageSize(70, 37) : new ImageSize(37, 70), image.Size);
                File.WriteAllBytes(path, file);
                Assert.Equal(image.Size, Image.ReadSize(path));
                Image stored = Image.Decode(file, new DecodeOptions { ApplyOrientation = false });
                Assert.Equal(new ImageSize(37, 70), stored.Size);
            }
        }

        File.Delete(path);
    }

    [Fact]
    public void A_damaged_exif_block_leaves_the_image_readable()
    {
        pillow.SkipUnlessAvailable();
        byte[] plain = Make(37, 70, "result = saved(image, 'JPEG')");
        byte[] good = WithOrientation(plain, 6, little: true);
        Random random = new(1);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int i = 0; i < 3; i++)
                bad[random.Next(12, 38)] = (byte)random.Next(256);
            Assert.Equal(37 * 70, Image.Decode(bad).Size.Pixels);
        }
    }

    [Theory]
    [InlineData(480, 1)]
    [InlineData(59, 8)]
    [InlineData(60, 4)]
    [InlineData(119, 4)]
    [InlineData(120, 2)]
    [InlineData(239, 2)]
    [InlineData(240, 1)]
    [InlineData(0, 1)]
    public void Scaled_decoding_takes_the_smallest_scale_that_is_large_enough(int minShortSide, int denominator)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(641, 479, "result = saved(image, 'JPEG', subsampling=2)");
        Image image = Image.Decode(file, new DecodeOptions { MinShortSide = minShortSide });
        Assert.Equal(new ImageSize(641 / denominator, 479 / denominator), image.Size);

        // Pillow keeps the pixels at the right and lower edge that stand for less than a whole block.
        byte[] expected = pillow.Run(
            $"""
            im = opened(data); size = (641 // {denominator}, 479 // {denominator}); im.draft(None, size)
            result = rgb(im.crop((0, 0, *size)))
            """,
            file);
        Assert.True(image.Pixels.SequenceEqual(expected));
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_an_error_that_names_it()
    {
        pillow.SkipUnlessAvailable();
        foreach (string options in new[] { "'JPEG'", "'JPEG', progressive=True" })
        {
            byte[] file = Make(90, 70, $"result = saved(image, {options})");
            for (int length = 3; length < file.Length; length += length < 700 ? 7 : 131)
            {
                InputException error = Assert.Throws<InputException>(() => Image.Decode(file.AsSpan(0, length)));
                Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }

            Assert.Throws<InputException>(() => Image.Decode(file.AsSpan(0, file.Length - 1)));
            string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jpg");
            File.WriteAllBytes(path, file.AsSpan(0, file.Length / 2));
            Assert.StartsWith(path, Assert.Throws<InputException>(() => Image.Load(path)).Message, StringComparison.Ordinal);
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_cut_off_is_decoded_as_far_as_it_goes_on_request()
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(90, 70, "result = saved(image, 'JPEG')");
        Image whole = Image.Decode(file);
        Image half = Image.Decode(file.AsSpan(0, file.Length / 2), new DecodeOptions { AcceptTruncated = true });
        Assert.Equal(whole.Size, half.Size);
        Assert.True(half.Row(0).SequenceEqual(whole.Row(0)));
    }

    [Fact]
    public void Bytes_behind_the_end_do_no_harm()
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(20, 10, "result = saved(image, 'JPEG') + b'rubbish' * 9");
        AssertSamePixels(file, 20, 10);
    }

    [Fact]
    public void Damage_ends_in_a_image_or_in_an_input_exception_and_nothing_else()
    {
        pillow.SkipUnlessAvailable();
        Random random = new(2);
        byte[] file = Make(60, 50, "result = saved(image, 'JPEG', progressive=True)");
        DecodeOptions options = new() { MaxPixels = 4_000_000 };
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] bad = (byte[])file.Clone();
            for (int i = random.Next(1, 6); i > 0; i--)
                bad[random.Next(2, trial % 2 == 0 ? 700 : bad.Length)] = (byte)random.Next(256);
            try
            {
                _ = Image.Decode(bad, options);
            }
            catch (InputException)
            {
            }
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(90)]
    [InlineData(75)]
    public void What_is_written_can_be_read_again(int quality)
    {
        pillow.SkipUnlessAvailable();
        Image image = Image.Decode(Make(131, 90, "result = saved(image.resize((13, 9)).resize((w, h), Image.BICUBIC), 'PNG')"));
        byte[] file = image.EncodeJpeg(quality);
        AssertSamePixels(file, 131, 90);
        double error = 0;
        Image again = Image.Decode(file);
        for (int i = 0; i < image.Pixels.Length; i++)
            error += Math.Abs(image.Pixels[i] - again.Pixels[i]);
        Assert.InRange(error / image.Pixels.Length, 0, 4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Quality_is_1_to_100(int quality) => Assert.Throws<ArgumentOutOfRangeException>(() => new Image(2, 2).EncodeJpeg(quality));

    private byte[] Make(int width, int height, string script) =>
        pillow.Run(Noise.Replace("{0}", "5", StringComparison.Ordinal).Replace("{1}", $"{width}", StringComparison.Ordinal)
            .Replace("{2}", $"{height}", StringComparison.Ordinal) + script);

    private void AssertSamePixels(byte[] file, int width, int height)
    {
        Image image = Image.Decode(file);
        Assert.Equal(new ImageSize(width, height), image.Size);
        Assert.True(image.Pixels.SequenceEqual(pillow.Decode(file)), $"{width}x{height}");
    }

    /// <summary>Puts an EXIF segment with one tag behind the start-of-image marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, ushort orientation, bool little)
    {
        byte[] tiff = new byte[8 + 2 + 12 + 4];
        Encoding.ASCII.GetBytes(little ? "II" : "MM").CopyTo(tiff, 0);
        Write16(2, 42);
        Write32(4, 8);
        Write16(8, 1);
        Write16(10, 0x0112);
        Write16(12, 3);
        Write32(14, 1);
        Write16(18, orientation);
        byte[] segment = [0xFF, 0xE1, 0, 0, .. "Exif\0\0"u8, .. tiff];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return [.. jpeg.AsSpan(0, 2), .. segment, .. jpeg.AsSpan(2)];

        void Write16(int at, ushort value)
        {
            if (little)
                BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), value);
            else
                BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(at), value);
        }

        void Write32(int at, uint value)
        {
            if (little)
                BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at), value);
            else
                BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(at), value);
        }
    }
}
