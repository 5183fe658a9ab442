using System.Text;
using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

public sealed class ImageTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("hello, this is a text", "not a picture")]
    [InlineData("GIF89a.........", "GIF")]
    [InlineData("RIFF....WEBPVP8 ", "WebP")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "LFS")]
    public void What_is_no_JPEG_or_PNG_is_refused_with_the_formats_that_are_read(string content, string word)
    {
        InputException error = Assert.Throws<InputException>(() => Image.Decode(Encoding.UTF8.GetBytes(content)));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Contains("supported are JPEG and PNG", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_cannot_be_read_are_named()
    {
        string missing = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        foreach (Action read in new Action[] { () => Image.Load(missing), () => Image.ReadSize(missing), () => LabelMap.Load(missing) })
        {
            InputException error = Assert.Throws<InputException>(read);
            Assert.StartsWith(missing, error.Message, StringComparison.Ordinal);
            Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("folder", Assert.Throws<InputException>(() => Image.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_file_does_not_decide_its_format()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jpg");
        new Image(6, 4).SavePng(path);
        Assert.Equal(new ImageSize(6, 4), Image.Load(path).Size);
        Assert.Equal(new ImageSize(6, 4), Image.ReadSize(path));
        File.Delete(path);
    }

    [Fact]
    public void Random_bytes_behind_a_good_beginning_are_an_input_exception()
    {
        Random random = new(12);
        byte[] data = new byte[400];
        for (int trial = 0; trial < 3000; trial++)
        {
            random.NextBytes(data);
            ReadOnlySpan<byte> magic = (trial % 3) switch
            {
                0 => [0xFF, 0xD8, 0xFF],
                1 => [0x89, .. "PNG\r\n\u001a\n\0\0\0\rIHDR"u8],
                _ => [],
            };
            magic.CopyTo(data);
            Assert.Throws<InputException>(() => Image.Decode(data.AsSpan(0, random.Next(data.Length + 1))));
        }
    }

    [Fact]
    public void A_picture_larger_than_the_limit_is_refused_before_it_is_decoded()
    {
        DecodeOptions options = new() { MaxPixels = 23 };
        foreach (byte[] file in new[] { new Image(6, 4).EncodePng(), new Image(6, 4).EncodeJpeg() })
        {
            Assert.Contains("6x4", Assert.Throws<InputException>(() => Image.Decode(file, options)).Message, StringComparison.Ordinal);
            Assert.Equal(24, Image.Decode(file, options with { MaxPixels = 24 }).Size.Pixels);
        }
    }

    [Theory]
    [InlineData(PixelFormat.Rgb24, 3)]
    [InlineData(PixelFormat.Bgr24, 3)]
    [InlineData(PixelFormat.Rgba32, 4)]
    [InlineData(PixelFormat.Bgra32, 4)]
    public void Pixels_go_out_and_come_back_in_every_format(PixelFormat format, int bytes)
    {
        Image image = new(7, 5);
        new Random(1).NextBytes(image.Pixels);
        int stride = (7 * bytes) + 9;
        byte[] buffer = new byte[(stride * 4) + (7 * bytes)];
        image.CopyTo(buffer, stride, format);
        Assert.True(Image.FromPixels(buffer, 7, 5, stride, format).Pixels.SequenceEqual(image.Pixels));
        bool redFirst = format is PixelFormat.Rgb24 or PixelFormat.Rgba32;
        Assert.Equal(image.Pixels[0], buffer[redFirst ? 0 : 2]);
        if (bytes == 4)
            Assert.Equal(255, buffer[3]);
    }

    [Fact]
    public void Grey_pixels_fill_all_three_channels_and_come_back_as_luma()
    {
        byte[] grey = [0, 100, 255];
        Image image = Image.FromPixels(grey, 3, 1, 3, PixelFormat.Gray8);
        Assert.Equal([0, 0, 0, 100, 100, 100, 255, 255, 255], image.Pixels.ToArray());
        byte[] back = new byte[3];
        image.CopyTo(back, 3, PixelFormat.Gray8);
        Assert.Equal(grey, back);
    }

    [Fact]
    public void Buffers_too_small_for_their_size_are_refused()
    {
        byte[] buffer = new byte[100];
        Assert.Throws<ArgumentException>(() => Image.FromPixels(buffer, 10, 10, 10, PixelFormat.Rgb24));
        Assert.Throws<ArgumentException>(() => Image.FromPixels(buffer, 10, 4, 30, PixelFormat.Rgb24));
        Assert.Throws<ArgumentException>(() => new Image(6, 6).CopyTo(buffer, 18, PixelFormat.Rgb24));
    }

    [Fact]
    public void Mirroring_twice_gives_the_picture_back()
    {
        Image image = new(67, 41);
        new Random(1).NextBytes(image.Pixels);
        Image mirrored = image.FlipHorizontally();
        Assert.True(mirrored.Row(3)[..3].SequenceEqual(image.Row(3)[^3..]));
        Assert.True(mirrored.FlipHorizontally().Pixels.SequenceEqual(image.Pixels));
    }

    [Fact]
    public void Saving_into_a_folder_that_is_not_there_leaves_nothing_behind()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        Assert.Throws<DirectoryNotFoundException>(() => new Image(2, 2).SavePng(Path.Combine(folder, "a.png")));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void The_native_libraries_are_found_with_version_and_place()
    {
        IReadOnlyList<ImagingLibrary> libraries = ImagingLibraries.Probe();
        Assert.Equal(["libturbojpeg", "libspng"], libraries.Select(l => l.Name));
        Assert.All(libraries, l => Assert.True(l.Found && File.Exists(l.Path) && Version.TryParse(l.Version, out _), l.ToString()));
    }
}
