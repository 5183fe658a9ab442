using System.Text;
using Panoptes.Imaging;
using Panoptes.Imaging.Codecs;

namespace Panoptes.Tests.Imaging;

public sealed class ImageTests
{
    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello, this is a text", "not an image")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "a HEIC image")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "a Git LFS pointer, not the image itself")]
    public void What_is_no_image_is_refused_with_the_formats_that_are_read(string content, string what)
    {
        InputException error = Assert.Throws<InputException>(() => Image.Decode(Encoding.UTF8.GetBytes(content)));
        Assert.Equal(
            $"The image in memory: {what}. Supported are JPEG, PNG, WebP, TIFF, BMP, GIF and AVIF.", error.Message);
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
            ReadOnlySpan<byte> magic = (trial % 9) switch
            {
                0 => [0xFF, 0xD8, 0xFF],
                1 => [0x89, .. "PNG\r\n\u001a\n\0\0\0\rIHDR"u8],
                2 => "GIF89a"u8,
                3 => [.. "RIFF"u8, 120, 1, 0, 0, .. "WEBPVP8 "u8],
                4 => "II*\0\u0008\0\0\0\u0008\0"u8,
                5 => "MM\0*"u8,
                6 => [.. "BM"u8, 0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0],
                7 => "\0\0\0\u0018ftypavif\0\0\0\0mif1miaf"u8,
                _ => [],
            };
            magic.CopyTo(data);
            Assert.Throws<InputException>(() => Image.Decode(data.AsSpan(0, random.Next(data.Length + 1))));
        }
    }

    [Fact]
    public void An_image_larger_than_the_limit_is_refused_before_it_is_decoded()
    {
        DecodeOptions options = new() { MaxPixels = 23 };
        foreach (byte[] file in new[] { new Image(6, 4).EncodePng(), new Image(6, 4).EncodeJpeg() })
        {
            Assert.Equal(
                "The image in memory: an image of 6x4 pixels is larger than the limit of 23 pixels in all. "
                + "InputLimits.MaxPixels sets the limit.",
                Assert.Throws<InputException>(() => Image.Decode(file, options)).Message);
            Assert.Equal(24, Image.Decode(file, options with { MaxPixels = 24, MaxSide = 6, MaxBytes = file.Length }).Size.Pixels);
            AssertRefused(file, new DecodeOptions { MaxSide = 5 }, "a side. InputLimits.MaxSide sets the limit.");
            AssertRefused(file, new DecodeOptions { MaxBytes = file.Length - 1 }, "bytes. InputLimits.MaxBytes sets the limit.");
        }

        static void AssertRefused(byte[] file, DecodeOptions options, string end)
        {
            using MemoryStream stream = new(file);
            Assert.EndsWith(end, Assert.Throws<InputException>(() => Image.Decode(file, options)).Message, StringComparison.Ordinal);
            Assert.EndsWith(end, Assert.Throws<InputException>(() => Image.Load(stream, options)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reading_and_decoding_stop_when_they_are_cancelled()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.bin");
        CancellationToken cancelled = new(canceled: true);
        DecodeOptions options = new() { CancellationToken = cancelled };
        Image image = new(60, 40);
        foreach (byte[] file in new[] { image.EncodePng(), image.EncodeJpeg(), image.EncodeWebP() })
        {
            await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
            Assert.Throws<OperationCanceledException>(() => Image.Load(path, options));
            Assert.Throws<OperationCanceledException>(() => Image.Decode(file, options));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Image.LoadAsync(path, cancellationToken: cancelled));
        }

        // Rows and strips by themselves, behind the looks before them.
        Assert.Throws<OperationCanceledException>(() => PngCodec.Decode(image.EncodePng(), "png", [], cancelled));
        Assert.Throws<OperationCanceledException>(() => VipsDecoder.Decode(image.EncodeJpeg(), ImageFormat.Jpeg, null, options, "jpeg", []));
        File.Delete(path);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    public async Task An_image_is_the_same_from_a_path_a_stream_and_bytes(string extension)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}{extension}");
        Image image = new(300, 211);
        new Random(3).NextBytes(image.Pixels);
        image.Save(path);
        byte[] file = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        using MemoryStream stream = new(file), again = new(file);
        Image[] all =
        [
            Image.Load(path),
            Image.Load(stream),
            await Image.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken),
            await Image.LoadAsync(again, cancellationToken: TestContext.Current.CancellationToken),
        ];
        Image expected = Image.Decode(file);
        Assert.Equal(image.Size, expected.Size);
        Assert.All(all, one => Assert.True(one.Pixels.SequenceEqual(expected.Pixels)));
        File.Delete(path);
        await Assert.ThrowsAsync<InputException>(
            () => Image.LoadAsync(path, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_limit_of_bytes_holds_for_what_is_read_whole_however_it_is_loaded()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.bin");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        byte[] tiff = TiffBuilder.Image().Build(), png = new Image(6, 4).EncodePng();
        DecodeOptions options = new() { MaxBytes = 40 };

        await File.WriteAllBytesAsync(path, tiff, cancellation);
        Assert.Equal(new ImageSize(1, 1), Image.Load(path, options).Size);
        Assert.Equal(new ImageSize(1, 1), (await Image.LoadAsync(path, options, cancellation)).Size);
        Assert.Equal(InputErrorKind.TooLarge, Assert.Throws<InputException>(() => Image.Decode(tiff, options)).Kind);

        await File.WriteAllBytesAsync(path, png, cancellation);
        InputException error = Assert.Throws<InputException>(() => Image.Load(path, options));
        InputException same = await Assert.ThrowsAsync<InputException>(() => Image.LoadAsync(path, options, cancellation));
        Assert.Equal((InputErrorKind.TooLarge, error.Message), (same.Kind, same.Message));
        File.Delete(path);
    }

    [Fact]
    public void A_stream_without_an_end_is_left_at_the_limit()
    {
        using EndlessStream stream = new();
        Assert.Contains(
            "MaxBytes", Assert.Throws<InputException>(() => Image.Load(stream, new() { MaxBytes = 1_000_000 })).Message,
            StringComparison.Ordinal);
        Assert.InRange(stream.Given, 1_000_000, 3_000_000);
    }

    [Fact]
    public void Only_formats_that_are_written_are_written()
    {
        Image image = new(2, 2);
        Assert.Contains("PNG, JPEG and WebP", Assert.Throws<ArgumentException>(() => image.Encode(ImageFormat.Gif)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => image.Save("a.txt"));
        Assert.Throws<ArgumentException>(() => image.Save("a.tif"));
        Assert.Contains(
            "16383", Assert.Throws<InvalidOperationException>(() => new Image(16384, 1).EncodeWebP()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new Image(65536, 1).EncodeJpeg());
    }

    [Fact]
    public void Decoded_images_are_not_kept_by_the_library()
    {
        byte[] file = new Image(2000, 2000).EncodeJpeg();
        for (int i = 0; i < 5; i++)
            _ = Image.Decode(file);
        Assert.Equal(0, NetVips.Cache.Size);
        Assert.InRange(NetVips.Stats.Mem, 0, 1 << 20);
    }

    [Fact]
    public void Several_threads_may_decode_at_once()
    {
        Image image = new(500, 400);
        new Random(3).NextBytes(image.Pixels);
        byte[][] files = [image.EncodeJpeg(), image.EncodeWebP(), image.EncodePng()];
        byte[][] expected = [.. files.Select(file => Image.Decode(file).Pixels.ToArray())];
        Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.True(Image.Decode(files[i % 3]).Pixels.SequenceEqual(expected[i % 3])));
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
    public void Gray_pixels_fill_all_three_channels_and_come_back_as_luma()
    {
        byte[] gray = [0, 100, 255];
        Image image = Image.FromPixels(gray, 3, 1, 3, PixelFormat.Gray8);
        Assert.Equal([0, 0, 0, 100, 100, 100, 255, 255, 255], image.Pixels.ToArray());
        byte[] back = new byte[3];
        image.CopyTo(back, 3, PixelFormat.Gray8);
        Assert.Equal(gray, back);
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
    public void Mirroring_twice_gives_the_image_back()
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
    public void The_native_library_is_found_with_version_and_place()
    {
        ImagingLibrary library = ImagingLibrary.Probe();
        Assert.True(library.Found && File.Exists(library.Path) && Version.TryParse(library.Version, out _), library.ToString());
        Assert.Equal("libvips", library.Name);
        Assert.StartsWith("NetVips.Native.", library.Package, StringComparison.Ordinal);
        Assert.Equal(
            [ImageFormat.Jpeg, ImageFormat.WebP, ImageFormat.Tiff, ImageFormat.Gif, ImageFormat.Avif], library.Formats);
    }

    private sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Given;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
