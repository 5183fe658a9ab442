using System.Text;
using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

/// <summary>The formats that libvips reads, and BMP, against Pillow.</summary>
public sealed class ImageFormatTests(Pillow pillow) : IClassFixture<Pillow>
{
    private const string Made = """
        rng = np.random.default_rng(7); w, h = 83, 61
        y, x = np.mgrid[0:h, 0:w]
        base = np.stack([x * 255 / (w - 1), y * 255 / (h - 1), (x + y) % 256], -1)
        image = Image.fromarray(np.clip(base + rng.normal(0, 20, (h, w, 3)), 0, 255).astype('uint8'))
        alpha = Image.fromarray(((x * 5) % 256).astype('uint8'))
        def with_alpha():
            copy = image.copy(); copy.putalpha(alpha); return copy
        def gray(): return image.convert('L')
        def palette(colors=256): return image.quantize(colors)
        def cmyk(): return Image.merge('CMYK', [*image.split(), alpha])

        """;

    [Theory]
    [InlineData("saved(image, 'WEBP', lossless=True)")]
    [InlineData("saved(image, 'WEBP', quality=80)")]
    [InlineData("saved(with_alpha(), 'WEBP', lossless=True, exact=True)")]
    [InlineData("saved(with_alpha(), 'WEBP', quality=70)")]
    [InlineData("saved(gray(), 'WEBP', quality=90)")]
    [InlineData("saved(image, 'TIFF')")]
    [InlineData("saved(image, 'TIFF', compression='tiff_lzw')")]
    [InlineData("saved(image, 'TIFF', compression='tiff_adobe_deflate')")]
    [InlineData("saved(image, 'TIFF', compression='packbits')")]
    [InlineData("saved(with_alpha(), 'TIFF')")]
    [InlineData("saved(gray(), 'TIFF', compression='tiff_lzw')")]
    [InlineData("saved(image.convert('1'), 'TIFF')")]
    [InlineData("saved(image.convert('1'), 'TIFF', compression='group4')")]
    [InlineData("saved(palette(), 'TIFF')")]
    [InlineData("saved(palette(16), 'TIFF', compression='tiff_lzw')")]
    [InlineData("saved(cmyk(), 'TIFF')")]
    [InlineData("saved(palette(), 'GIF')")]
    [InlineData("saved(palette(13), 'GIF', interlace=1)")]
    [InlineData("saved(gray(), 'GIF', interlace=0)")]
    [InlineData("saved(image.convert('1'), 'GIF')")]
    [InlineData("saved(image, 'BMP')")]
    [InlineData("saved(with_alpha(), 'BMP')")]
    [InlineData("saved(gray(), 'BMP')")]
    [InlineData("saved(palette(), 'BMP')")]
    [InlineData("saved(palette(7), 'BMP')")]
    [InlineData("saved(image.convert('1'), 'BMP')")]
    public void The_pixels_are_those_that_Pillow_gives(string script)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(script);
        Image image = Image.Decode(file);
        Assert.Equal(new ImageSize(83, 61), image.Size);
        Assert.True(image.Pixels.SequenceEqual(pillow.Decode(file)), Differences(image, pillow.Decode(file)));
        Assert.Empty(image.Warnings);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.bin");
        File.WriteAllBytes(path, file);
        Assert.Equal(image.Size, Image.ReadSize(path));
        Assert.True(Image.Load(path).Pixels.SequenceEqual(image.Pixels));
        File.Delete(path);
    }

    [Fact]
    public void A_jpeg_within_a_tiff_is_decoded_as_pillow_does_it()
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make("saved(image, 'TIFF', compression='jpeg', quality=90)");
        Assert.True(Image.Decode(file).Pixels.SequenceEqual(pillow.Decode(file)));
    }

    [Theory]
    [InlineData("saved(image, 'TIFF', save_all=True, append_images=[gray(), cmyk()])", "3 pages")]
    [InlineData("saved(palette(), 'GIF', save_all=True, append_images=[gray().convert('P'), palette(5)])", "3 frames")]
    [InlineData("saved(image, 'WEBP', lossless=True, save_all=True, append_images=[image.rotate(180)])", "2 frames")]
    public void Of_several_pages_the_first_is_read_and_told(string script, string count)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(script);
        Image image = Image.Decode(file);
        Assert.True(image.Pixels.SequenceEqual(pillow.Decode(file)), Differences(image, pillow.Decode(file)));
        Assert.Equal($"The image in memory: holds {count}; the first is read.", Assert.Single(image.Warnings));
    }

    [Theory]
    [InlineData("TIFF", "tiffinfo={274: %}")]
    [InlineData("WEBP", "lossless=True, exif=b'Exif\\0\\0II*\\0\\x08\\0\\0\\0\\x01\\0\\x12\\x01\\x03\\0\\x01\\0\\0\\0'"
        + " + bytes([%, 0, 0, 0, 0, 0, 0, 0])")]
    public void Every_orientation_is_turned_upright(string kind, string options)
    {
        pillow.SkipUnlessAvailable();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.bin");
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            byte[] file = Make($"saved(image, '{kind}', {options.Replace("%", $"{orientation}", StringComparison.Ordinal)})");
            Image image = Image.Decode(file);
            Assert.Equal(orientation >= 5 ? new ImageSize(61, 83) : new ImageSize(83, 61), image.Size);
            // Pillow turns TIFFs by itself.
            string upright = kind == "TIFF" ? "opened(data)" : "ImageOps.exif_transpose(opened(data))";
            Assert.True(image.Pixels.SequenceEqual(pillow.Run($"result = rgb({upright})", file)), $"{orientation}");
            File.WriteAllBytes(path, file);
            Assert.Equal(image.Size, Image.ReadSize(path));
            Assert.Equal(new ImageSize(83, 61), Image.Decode(file, new DecodeOptions { ApplyOrientation = false }).Size);
        }

        File.Delete(path);
    }

    [Theory]
    [InlineData("<")]
    [InlineData(">")]
    public void A_TIFF_of_16_bits_keeps_its_high_byte_and_one_of_12_its_upper_8(string order)
    {
        pillow.SkipUnlessAvailable();
        foreach ((int bits, int shift, int warnings) in new[] { (16, 8, 0), (12, 4, 1) })
        {
            byte[] file = Tiff($"rng.integers(0, 1 << {bits}, (h, w, 1))", order, 16);
            byte[] expected = pillow.Run(
                $"result = np.repeat((np.asarray(opened(data)).astype(int) >> {shift}).astype(np.uint8)[..., None], 3, 2).tobytes()", file);
            Image image = Image.Decode(file);
            Assert.True(image.Pixels.SequenceEqual(expected), Differences(image, expected));
            Assert.Equal(warnings, image.Warnings.Count);
        }

        byte[] color = Tiff("rng.integers(0, 1 << 16, (h, w, 3))", order, 16);
        Assert.True(Image.Decode(color).Pixels.SequenceEqual(pillow.Decode(color)));
    }

    [Fact]
    public void A_TIFF_of_floating_point_numbers_is_refused_with_what_to_do()
    {
        pillow.SkipUnlessAvailable();
        InputException error = Assert.Throws<InputException>(() => Image.Decode(Make("saved(image.convert('F'), 'TIFF')")));
        Assert.Contains("1 channels of floating-point numbers", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Convert the image to gray, RGB or CMYK with 8 or 16 bits a channel.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 0, "")]
    [InlineData(16, 3, "struct.pack('<3I', 0xF800, 0x07E0, 0x001F)")]
    [InlineData(16, 3, "struct.pack('<3I', 0x7C00, 0x03E0, 0x001F)")]
    [InlineData(32, 0, "")]
    [InlineData(32, 3, "struct.pack('<3I', 0xFF0000, 0xFF00, 0xFF)")]
    public void A_BMP_of_16_and_32_bits_is_read_as_Pillow_reads_it(int bits, int compression, string masks)
    {
        pillow.SkipUnlessAvailable();
        foreach (int height in new[] { 61, -61 })
        {
            byte[] file = Make($"""
                (lambda pixels, extra: b'BM' + struct.pack('<IHHI', 54 + len(extra) + len(pixels), 0, 0, 54 + len(extra))
                    + struct.pack('<IiiHHIIiiII', 40, 83, {height}, 1, {bits}, {compression}, len(pixels), 0, 0, 0, 0) + extra + pixels)(
                    rng.integers(0, 256, ((83 * {bits} + 31) // 32 * 4) * 61).astype(np.uint8).tobytes(),
                    {(masks.Length == 0 ? "b''" : masks)})
                """);
            Assert.True(Image.Decode(file).Pixels.SequenceEqual(pillow.Decode(file)), Differences(Image.Decode(file), pillow.Decode(file)));
        }
    }

    [Fact]
    public void A_BMP_of_run_lengths_is_read_as_Pillow_reads_it()
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make("""
            (lambda runs: b'BM' + struct.pack('<IHHI', 54 + 1024 + len(runs), 0, 0, 54 + 1024)
                + struct.pack('<IiiHHIIiiII', 40, 12, 5, 1, 8, 1, len(runs), 0, 0, 256, 0)
                + b''.join(bytes([i, 255 - i, i ^ 85, 0]) for i in range(256)) + runs)(
                bytes([12, 7, 0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 7, 9, 0, 0, 4, 1, 4, 2, 4, 3, 0, 0, 0, 12, *range(40, 52), 0, 0])
                + bytes([12, 200, 0, 0, 0, 1]))
            """);
        Assert.True(Image.Decode(file).Pixels.SequenceEqual(pillow.Decode(file)), Differences(Image.Decode(file), pillow.Decode(file)));

        byte[] half = Make("""
            (lambda runs: b'BM' + struct.pack('<IHHI', 54 + 64 + len(runs), 0, 0, 54 + 64)
                + struct.pack('<IiiHHIIiiII', 40, 9, 3, 1, 4, 2, len(runs), 0, 0, 16, 0)
                + b''.join(bytes([i, 255 - i, i ^ 85, 0]) for i in range(16)) + runs)(
                bytes([9, 0x7A, 0, 0, 0, 5, 0x12, 0x34, 0x50, 0, 4, 0x9B, 0, 0, 4, 0x11, 5, 0x23, 0, 0, 0, 1]))
            """);
        int[] rows = [1, 1, 1, 1, 2, 3, 2, 3, 2, 1, 2, 3, 4, 5, 9, 11, 9, 11, 7, 10, 7, 10, 7, 10, 7, 10, 7];
        byte[] expected = [.. rows.SelectMany(i => new[] { (byte)(i ^ 85), (byte)(255 - i), (byte)i })];
        Assert.Equal(expected, Image.Decode(half).Pixels.ToArray());
    }

    [Theory]
    [InlineData("saved(image, 'WEBP', quality=80)")]
    [InlineData("saved(image, 'WEBP', lossless=True)")]
    [InlineData("saved(image, 'TIFF', compression='tiff_lzw')")]
    [InlineData("saved(image, 'TIFF')")]
    [InlineData("saved(palette(), 'GIF')")]
    [InlineData("saved(palette(), 'BMP')")]
    [InlineData("saved(image, 'BMP')")]
    public void Damage_and_missing_ends_give_an_image_or_an_input_exception_of_one_line(string script)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(script);
        Random random = new(2);
        DecodeOptions options = new() { MaxPixels = 4_000_000 };
        for (int trial = 0; trial < 600; trial++)
        {
            byte[] bad = (byte[])file.Clone();
            for (int i = random.Next(1, 6); i > 0; i--)
                bad[random.Next(2, trial % 2 == 0 ? Math.Min(200, bad.Length) : bad.Length)] = (byte)random.Next(256);
            if (trial % 3 == 0)
                bad = bad[..random.Next(1, bad.Length)];
            try
            {
                _ = Image.Decode(bad, options);
            }
            catch (InputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        for (int length = file.Length / 2; length < file.Length - 200; length += 97)
            Assert.Throws<InputException>(() => Image.Decode(file.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("saved(image, 'WEBP', lossless=True)")]
    [InlineData("saved(image, 'TIFF')")]
    [InlineData("saved(palette(), 'GIF')")]
    [InlineData("saved(image, 'BMP')")]
    public void Limits_hold_for_every_format(string script)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(script);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.bin");
        File.WriteAllBytes(path, file);
        Func<DecodeOptions, Image>[] ways = [options => Image.Decode(file, options), options => Image.Load(path, options)];
        foreach (Func<DecodeOptions, Image> load in ways)
        {
            Assert.Equal(new ImageSize(83, 61), load(new DecodeOptions { MaxPixels = 83 * 61, MaxSide = 83 }).Size);
            foreach ((DecodeOptions options, string name) in new[]
            {
                (new DecodeOptions { MaxPixels = (83 * 61) - 1 }, "InputLimits.MaxPixels"),
                (new DecodeOptions { MaxSide = 82 }, "InputLimits.MaxSide"),
            })
            {
                Assert.Contains(name, Assert.Throws<InputException>(() => load(options)).Message, StringComparison.Ordinal);
            }
        }

        File.Delete(path);
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(95, false)]
    [InlineData(80, true)]
    public void A_WebP_is_read_by_Pillow_with_the_pixels_that_were_written(int quality, bool lossless)
    {
        pillow.SkipUnlessAvailable();
        Image image = Image.Decode(Make("saved(image.resize((13, 9)).resize((w, h), Image.BICUBIC), 'PNG')"));
        byte[] file = image.EncodeWebP(quality, lossless);
        byte[] read = pillow.Run("im = opened(data); assert im.format == 'WEBP'; result = rgb(im)", file);
        Assert.True(Image.Decode(file).Pixels.SequenceEqual(read));
        double error = 0;
        for (int i = 0; i < read.Length; i++)
            error += Math.Abs(read[i] - image.Pixels[i]);
        Assert.InRange(error / read.Length, 0, lossless ? 0 : 4);
    }

    private byte[] Make(string expression) => pillow.Run($"import struct\n{Made}result = {expression}");

    /// <summary>A TIFF of one strip, for the depths that Pillow does not write.</summary>
    private byte[] Tiff(string samples, string order, int bits) => pillow.Run($"""
        import struct
        {Made}
        samples = {samples}; channels = samples.shape[2]; data = samples.astype('{order}u2').tobytes()
        tags = [(256, 4, w), (257, 4, h), (258, 3, {bits}), (259, 3, 1), (262, 3, 1 if channels == 1 else 2), (273, 4, 8),
                (277, 3, channels), (278, 4, h), (279, 4, len(data))]
        def entry(tag, kind, value):
            if tag == 258 and channels == 3: return struct.pack('{order}HHII', tag, 3, 3, 8 + len(data))
            return struct.pack('{order}HHI' + ('I' if kind == 4 else 'Hxx'), tag, kind, 1, value)
        bits = struct.pack('{order}3H', {bits}, {bits}, {bits})
        head = (b'II*\0' if '{order}' == '<' else b'MM\0*') + struct.pack('{order}I', 8 + len(data) + 6)
        result = head + data + bits + struct.pack('{order}H', len(tags)) + b''.join(entry(*tag) for tag in tags) + bytes(4)
        """);

    private static string Differences(Image image, byte[] expected)
    {
        StringBuilder text = new();
        int count = 0;
        for (int i = 0; i < expected.Length && image.Pixels.Length == expected.Length; i++)
        {
            if (image.Pixels[i] != expected[i] && count++ < 6)
                text.Append($"({i / 3 % image.Width}, {i / 3 / image.Width}, {i % 3}): {image.Pixels[i]} for {expected[i]}; ");
        }

        return $"{text}{count} of {expected.Length} differ";
    }
}
