using NetVips;
using Panoptes.Imaging;
using Image = Panoptes.Imaging.Image;
using VipsImage = NetVips.Image;

namespace Panoptes.Tests.Imaging;

public sealed class ImageRegionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Image Noise(int width, int height)
    {
        // Smooth enough for JPEG, and different everywhere.
        Image image = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                (image.Row(y)[3 * x], image.Row(y)[(3 * x) + 1], image.Row(y)[(3 * x) + 2]) = ((byte)x, (byte)y, (byte)((x * y) >> 6));
        }

        return image;
    }

    private string Write(string name, Action<VipsImage, string> save, Func<VipsImage, VipsImage>? change = null)
    {
        Image image = Noise(301, 257);
        string path = Path.Combine(_folder, name);
        using VipsImage memory = VipsImage.NewFromMemory(image.Pixels.ToArray(), 301, 257, 3, Enums.BandFormat.Uchar);
        using VipsImage rgb = memory.Copy(interpretation: Enums.Interpretation.Srgb);
        using VipsImage changed = change?.Invoke(rgb) ?? rgb.Copy();
        save(changed, path);
        return path;
    }

    private string File(string kind) => kind switch
    {
        "tiled" => Write("a.tif", (i, p) => i.Tiffsave(p, tile: true, tileWidth: 64, tileHeight: 48)),
        "striped" => Write("a.tif", (i, p) => i.Tiffsave(p, compression: Enums.ForeignTiffCompression.Lzw)),
        "one strip" => Write("a.tif", (i, p) => i.Tiffsave(p, tileHeight: 257)),
        "bigtiff" => Write("a.tif", (i, p) => i.Tiffsave(p, bigtiff: true, tile: true)),
        "jpeg tiles" => Write("a.tif", (i, p) => i.Tiffsave(p, tile: true, compression: Enums.ForeignTiffCompression.Jpeg)),
        "deep tiff" => Write("a.tif", (i, p) => i.Tiffsave(p), i => (i.Cast(Enums.BandFormat.Ushort) * 250)
            .Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16)),
        "12 bits" => Write("a.tif", (i, p) => i.Tiffsave(p), i => (i.Cast(Enums.BandFormat.Ushort) * 16)
            .Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16)),
        "cmyk" => Write("a.tif", (i, p) => i.Tiffsave(p), i => i.Bandjoin(i[0]).Copy(interpretation: Enums.Interpretation.Cmyk)),
        "jpeg" => Write("a.jpg", (i, p) => i.Jpegsave(p, q: 90)),
        "progressive" => Write("a.jpg", (i, p) => i.Jpegsave(p, q: 90, interlace: true)),
        "gray" => Write("a.jpg", (i, p) => i.Jpegsave(p), i => i[0]),
        "png" => Write("a.png", (i, p) => i.Pngsave(p)),
        "palette" => Write("a.png", (i, p) => i.Pngsave(p, palette: true)),
        "gray alpha" => Write("a.png", (i, p) => i.Pngsave(p), i => i[0].Bandjoin(i[1]).Copy(interpretation: Enums.Interpretation.Bw)),
        "rgba" => Write("a.png", (i, p) => i.Pngsave(p), i => i.Bandjoin(i[2])),
        "deep png" => Write("a.png", (i, p) => i.Pngsave(p, bitdepth: 16), i => (i.Cast(Enums.BandFormat.Ushort) * 250)
            .Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16)),
        "interlaced" => Write("a.png", (i, p) => i.Pngsave(p, interlace: true)),
        "webp" => Write("a.webp", (i, p) => i.Webpsave(p, lossless: true)),
        _ => throw new ArgumentException(kind),
    };

    [Theory]
    [InlineData("tiled", false)]
    [InlineData("striped", false)]
    [InlineData("one strip", false)]
    [InlineData("bigtiff", false)]
    [InlineData("jpeg tiles", false)]
    [InlineData("deep tiff", false)]
    [InlineData("12 bits", false)]
    [InlineData("cmyk", false)]
    [InlineData("jpeg", false)]
    [InlineData("gray", false)]
    [InlineData("png", false)]
    [InlineData("palette", false)]
    [InlineData("gray alpha", false)]
    [InlineData("rgba", false)]
    [InlineData("deep png", false)]
    [InlineData("progressive", true)]
    [InlineData("interlaced", true)]
    [InlineData("webp", true)]
    public void Regions_hold_the_pixels_of_the_image_in_any_order(string kind, bool isWhole)
    {
        string path = File(kind);
        Image expected = Image.Load(path);

        using ImageRegions regions = ImageRegions.Open(path);

        Assert.Equal((isWhole, expected.Size), (regions.IsWhole, regions.Size));
        Assert.Equal(expected.Warnings, regions.Warnings);
        (int X, int Y, int Width, int Height)[] places =
        [
            (0, 0, 100, 90), (201, 0, 100, 90), (0, 60, 301, 90), (50, 200, 7, 57), (0, 100, 20, 20), (3, 5, 1, 1), (0, 0, 301, 257),
        ];
        foreach ((int x, int y, int width, int height) in places)
        {
            Image region = regions.Read(x, y, width, height);
            for (int row = 0; row < height; row++)
                Assert.True(region.Row(row).SequenceEqual(expected.Row(y + row).Slice(3 * x, 3 * width)), $"row {row} of {x}, {y}");
        }
    }

    [Fact]
    public void Twelve_bits_are_told_of()
    {
        using ImageRegions regions = ImageRegions.Open(File("12 bits"));
        Assert.Contains("read as 12 bits", Assert.Single(regions.Warnings));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("tiled")]
    public void An_orientation_turns_the_image(string kind)
    {
        string path = File(kind);
        string turned = Path.Combine(_folder, "turned" + Path.GetExtension(path));
        using (VipsImage image = VipsImage.NewFromFile(path))
        using (VipsImage marked = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6)))
            marked.WriteToFile(turned);

        using ImageRegions regions = ImageRegions.Open(turned);

        Assert.Equal(new ImageSize(257, 301), regions.Size);
        Assert.True(regions.Read(10, 20, 30, 40).Row(0).SequenceEqual(Image.Load(turned).Row(20).Slice(30, 90)));
        InputException error = Assert.Throws<InputException>(
            () => ImageRegions.Open(turned, new DecodeOptions { MaxPixels = 50_000 }));
        Assert.Equal((InputErrorKind.TooLarge, turned), (error.Kind, error.File));
        Assert.Contains("orientation", error.Message);
    }

    [Fact]
    public void What_decoders_must_hold_is_bound_by_one_limit_and_what_comes_in_rows_by_another()
    {
        InputLimits few = InputLimits.Default with { MaxPixels = 50_000 };
        using (ImageRegions regions = ImageRegions.Open(File("striped"), new DecodeOptions { Limits = few }))
            Assert.Equal(257, regions.Size.Height);
        Assert.Contains(
            "InputLimits.MaxPixels",
            Assert.Throws<InputException>(() => ImageRegions.Open(File("progressive"), new DecodeOptions { Limits = few })).Message);
        Assert.Contains(
            "InputLimits.MaxTiledPixels",
            Assert.Throws<InputException>(() => ImageRegions.Open(
                File("striped"), new DecodeOptions { Limits = InputLimits.Default with { MaxTiledPixels = 50_000 } })).Message);
        Assert.Contains(
            "InputLimits.MaxSide",
            Assert.Throws<InputException>(() => ImageRegions.Open(
                File("png"), new DecodeOptions { Limits = InputLimits.Default with { MaxSide = 300 } })).Message);
    }

    [Theory]
    [InlineData("striped")]
    [InlineData("tiled")]
    [InlineData("jpeg")]
    [InlineData("png")]
    public void A_file_that_ends_early_is_named(string kind)
    {
        string path = File(kind);
        byte[] whole = System.IO.File.ReadAllBytes(path);
        foreach (int length in (int[])[10, 100, whole.Length / 2, whole.Length - 30])
        {
            System.IO.File.WriteAllBytes(path, whole[..length]);
            InputException error = Assert.Throws<InputException>(() =>
            {
                using ImageRegions regions = ImageRegions.Open(path);
                regions.Read(0, 0, 301, 257);
            });
            Assert.Contains(path, error.Message);
        }
    }

    [Fact]
    public void Regions_lie_in_the_image()
    {
        using ImageRegions regions = ImageRegions.Of(new Image(10, 8));
        Assert.Equal(new ImageSize(10, 8), regions.Read(0, 0, 10, 8).Size);
        Assert.Throws<ArgumentOutOfRangeException>(() => regions.Read(1, 0, 10, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => regions.Read(0, 1, 10, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => regions.Read(-1, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => regions.Read(0, 0, 0, 1));
    }
}
