using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

/// <summary>
/// AVIF, which Debian's Pillow does not read: files written by libavif's avifenc 0.11, whose pixels follow from a formula.
/// </summary>
public sealed class AvifTests
{
    private const int Width = 34;
    private const int Height = 21;

    // avifenc --lossless --speed 0
    private const string Lossless =
        "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBp"
        + "dG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAARsAAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABL"
        + "aXBjbwAAABRpc3BlAAAAAAAAACIAAAAVAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAABAA0AAIAAAAAXaXBtYQAAAAAAAAABAAEE"
        + "AQKDBAAAASNtZGF0EgAKCDgVIacoCGgBMowCEAAApwb/f6fxsIb6wCmUmZfTVFarA1H9qpRDLfRe5ZjFr7/Rj52MuXlnkHt3DlMLLt0ne2L5MMKZh5SmjV+u"
        + "VsdymLBdj6sdLIhhgjq6+B4oVHv2QXx2+b/FdhpQNhzzhWaPitwkwhnOvx4PKd41wxyW2byVYZ5Wil6vRlVPVAWgDLJWI6A2b/V7MNidE2aU5PcZwnR9V9gj"
        + "Bx1Xp11/ek/D8BvxEcLZ0cHsFz6mzwht7d6KLLL7TrRmaOW6icFFiPIRyjXeFOHc+ckUTBSHuivF/a/zkr7F2fet1GBTeCK30D6CV6bEjxo0JV7C7o4J4wOQ"
        + "GtDTTveucra8tNuJwlTXOcIvDKCaj///oA==";

    // avifenc --min 10 --max 20 --speed 0 --irot 1, with alpha: stored lying, shown turned 90 degrees against the clock.
    private const string Turned =
        "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAGXbWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBp"
        + "dG0AAAAAAAEAAAAsaWxvYwAAAABEAAACAAEAAAABAAACAwAAAYEAAgAAAAEAAAG/AAAARAAAAEJpaW5mAAAAAAACAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xv"
        + "cgAAAAAaaW5mZQIAAAAAAgAAYXYwMUFscGhhAAAAABppcmVmAAAAAAAAAA5hdXhsAAIAAQABAAAAzWlwcnAAAACmaXBjbwAAABRpc3BlAAAAAAAAACIAAAAV"
        + "AAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAABAA0ABoAAAAAJaXJvdAEAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQAcAAAAADhhdXhD"
        + "AAAAAHVybjptcGVnOm1wZWdCOmNpY3A6c3lzdGVtczphdXhpbGlhcnk6YWxwaGEAAAAAH2lwbWEAAAAAAAAAAgABBQECgwSFAAIEAQaHCAAAAc1tZGF0EgAK"
        + "BhgVIacqgDI4EAChDFtOHhkvCZA8OVruCOxBpW5o+UXqTdAHdyG3QwuzuDBXjfcL/bVmhAoh+RBapCdBe7Ef/4ASAAoJOBUhpygIaDSAMvECE8AAAEBA87I6"
        + "IJQxmumd+k7srP9ADHOPwyx5RqovK60zIhvl3fgJL7M3iQ5aZqSYTKjcSfvkEjo5QXqe/1UPxi6AyBY0OdlaxToPC4lnNHalpWIn+itR0iNkJfN4OKRfNF8g"
        + "rkxfQGO129BsHFJ/3WIZP7ID4jIMc2dRkdykfZM4rZe02blUdWdIZncx7jzvRnBKos1SldboAnmhGqb4E5rrqIm99hJ1gqr8V7vpR5AL8eSYGM02SC+JplDn"
        + "z+YxkJ+Q+0uEbj6WHoCQ4U5d9uejKzU9RYEQDWtIf8rWyNcUVtuN/FdK3zHHiIim+u6XvaOqU3CLs2x7HfzHpGJzseVwgeGp3hb70Rf9hCv0dus0YaIWWkEZ"
        + "1VBMqTNPx2uZfkxcEjD2vkL98vKn3/I52XMh/O5bmEhImh3KwAoMFT2X2r7hd/GYMN2aoggZcQ7xvLqC0ZY+yP6HUCEAqvmEu+vGw5LfCsEm6xfNthGrsZS8";

    [Fact]
    public void A_lossless_AVIF_has_the_pixels_it_was_made_of()
    {
        Image image = Image.Decode(Convert.FromBase64String(Lossless));
        Assert.Equal(new ImageSize(Width, Height), image.Size);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                Assert.Equal(ColorAt(x, y), Pixel(image, x, y));
        }
    }

    [Fact]
    public void An_AVIF_comes_upright_and_without_its_alpha()
    {
        byte[] file = Convert.FromBase64String(Turned);
        Image image = Image.Decode(file);
        Assert.Equal(new ImageSize(Height, Width), image.Size);
        int error = 0;
        for (int y = 0; y < Width; y++)
        {
            for (int x = 0; x < Height; x++)
            {
                ((byte r, byte g, byte b), (byte red, byte green, byte blue)) = (ColorAt(Width - 1 - y, x), Pixel(image, x, y));
                error += Math.Abs(r - red) + Math.Abs(g - green) + Math.Abs(b - blue);
            }
        }

        Assert.InRange((double)error / (3 * Width * Height), 0, 6);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.avif");
        File.WriteAllBytes(path, file);
        Assert.Equal(image.Size, Image.ReadSize(path));
        Assert.True(Image.Load(path).Pixels.SequenceEqual(image.Pixels));
        File.Delete(path);
    }

    [Fact]
    public void A_damaged_AVIF_is_an_input_exception_of_one_line()
    {
        byte[] file = Convert.FromBase64String(Lossless);
        Random random = new(4);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] bad = trial < 150 ? file[..random.Next(40, file.Length - 1)] : (byte[])file.Clone();
            bad[random.Next(12, bad.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                _ = Image.Decode(bad, new DecodeOptions { MaxPixels = 1_000_000 });
            }
            catch (InputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static (byte, byte, byte) ColorAt(int x, int y) =>
        ((byte)(x * 7), (byte)(y * 12), (byte)((((x / 4) + (y / 4)) % 2 * 200) + 20));

    private static (byte, byte, byte) Pixel(Image image, int x, int y) =>
        (image.Row(y)[3 * x], image.Row(y)[(3 * x) + 1], image.Row(y)[(3 * x) + 2]);
}
