using Panoptes.Imaging.Codecs;
using Panoptes.Imaging.Resampling;

namespace Panoptes.Imaging;

/// <summary>
/// An image: 8-bit red, green, blue, interleaved, rows from top to bottom without padding. A plain managed array; nothing to dispose.
/// </summary>
public sealed class Image
{
    private const string StreamSource = "The image in the stream";

    private readonly byte[] _pixels;

    /// <summary>Creates a black image.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public Image(int width, int height)
        : this(new byte[ByteCount(width, height)], width, height)
    {
    }

    /// <summary>Creates a black image.</summary>
    /// <param name="size">Its size; each side at least 1.</param>
    public Image(ImageSize size)
        : this(size.Width, size.Height)
    {
    }

    /// <summary>Wraps an array of exactly width * height * 3 bytes, without a copy.</summary>
    internal Image(byte[] pixels, int width, int height)
    {
        _pixels = pixels;
        Width = width;
        Height = height;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Width and height.</summary>
    public ImageSize Size => new(Width, Height);

    /// <summary>Bytes from one row to the next: 3 * <see cref="Width"/>.</summary>
    public int Stride => Width * 3;

    /// <summary>All pixels: <see cref="Height"/> rows of <see cref="Stride"/> bytes.</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>The <see cref="Stride"/> bytes of a row.</summary>
    /// <param name="y">Row, from 0 at the top.</param>
    public Span<byte> Row(int y) => _pixels.AsSpan(y * Stride, Stride);

    /// <summary>
    /// What the file's reader noticed that may matter, a line each, without the consequence of an error: further pages that were not
    /// read, 12-bit values in a file of 16 bits. Empty for all other images.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>
    /// Reads an image: JPEG, PNG, WebP, TIFF, BMP, GIF or AVIF (<see cref="ImageFormat"/>), told by the content, not by the name. Of
    /// several pages or frames the first is read (<see cref="Warnings"/> says so). Alpha is ignored: the colors are taken as they are
    /// stored, as PIL's <c>convert("RGB")</c> does. 16-bit channels keep their high byte, or, where no value is above 4095, the upper 8 of
    /// 12 bits (<see cref="Warnings"/> says so).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to decode; null for <see cref="DecodeOptions.Default"/>.</param>
    /// <exception cref="InputException">The file cannot be read, is not an image, is damaged or cut off, or is too large.</exception>
    /// <exception cref="DllNotFoundException">libvips is missing (PNG and BMP need none); the message names the package.</exception>
    public static Image Load(string path, DecodeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageDecoder.Load(path, options ?? DecodeOptions.Default);
    }

    /// <summary>Reads an image from a stream, from its position to its end; see <see cref="Load(string, DecodeOptions?)"/>.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="options">How to decode; null for <see cref="DecodeOptions.Default"/>.</param>
    /// <exception cref="InputException">The data is not an image, is damaged or cut off, or is too large.</exception>
    public static Image Load(Stream stream, DecodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= DecodeOptions.Default;
        using EncodedFile file = EncodedFile.Read(stream, options, StreamSource);
        return ImageDecoder.Decode(file.Data, options, StreamSource);
    }

    /// <summary>
    /// Reads an image without blocking the caller: the file asynchronously (a TIFF on the thread pool), decoded on the thread pool; see
    /// <see cref="Load(string, DecodeOptions?)"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to decode; null for <see cref="DecodeOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the reading and the decoding.</param>
    /// <exception cref="InputException">The file cannot be read, is not an image, is damaged or cut off, or is too large.</exception>
    public static async Task<Image> LoadAsync(
        string path, DecodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? DecodeOptions.Default) with { CancellationToken = cancellationToken };
        return await ImageDecoder.LoadAsync(path, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads an image from a stream without blocking the caller; see <see cref="Load(Stream, DecodeOptions?)"/>.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="options">How to decode; null for <see cref="DecodeOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the reading and the decoding.</param>
    /// <exception cref="InputException">The data is not an image, is damaged or cut off, or is too large.</exception>
    public static async Task<Image> LoadAsync(
        Stream stream, DecodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options = (options ?? DecodeOptions.Default) with { CancellationToken = cancellationToken };
        using EncodedFile file = await EncodedFile.ReadAsync(stream, options, StreamSource, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => ImageDecoder.Decode(file.Data, options, StreamSource), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decodes an image held in memory; see <see cref="Load(string, DecodeOptions?)"/>.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="options">How to decode; null for <see cref="DecodeOptions.Default"/>.</param>
    /// <exception cref="InputException">The data is not an image, is damaged or cut off, or is too large.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, DecodeOptions? options = null) =>
        ImageDecoder.Decode(data, options ?? DecodeOptions.Default, "The image in memory");

    /// <summary>
    /// Reads the size that <see cref="Load(string, DecodeOptions?)"/> gives by default (after the EXIF orientation) from the file's
    /// header alone.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file cannot be read or is not an image.</exception>
    public static ImageSize ReadSize(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageDecoder.ReadHeader(path).Upright;
    }

    /// <summary>
    /// Reads the size of an image as the file stores it, before its orientation is applied, from the file's header alone.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="orientation">The EXIF orientation, 1 (upright) to 8; from 5 on the upright image has the sides swapped.</param>
    /// <exception cref="InputException">The file cannot be read or is not an image.</exception>
    public static ImageSize ReadStoredSize(string path, out int orientation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (ImageSize stored, orientation) = ImageDecoder.ReadHeader(path);
        return stored;
    }

    /// <summary>Reads the size of an image held in memory from its header; see <see cref="ReadSize(string)"/>.</summary>
    /// <param name="data">The file, or enough of its beginning.</param>
    /// <exception cref="InputException">The data is not an image, or its header is damaged or cut off.</exception>
    public static ImageSize ReadSize(ReadOnlySpan<byte> data) => ImageDecoder.ReadHeader(data, "The image in memory").Upright;

    /// <summary>Copies pixels out of a caller's buffer.</summary>
    /// <param name="source">The first row, and the others <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="stride">Bytes from one row to the next, at least width times the bytes of a pixel.</param>
    /// <param name="format">How the pixels lie in <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The buffer is too small for the size and stride.</exception>
    public static Image FromPixels(ReadOnlySpan<byte> source, int width, int height, int stride, PixelFormat format)
    {
        Image image = new(width, height);
        PixelConversion.CheckBuffer(source.Length, width, height, stride, format);
        for (int y = 0; y < height; y++)
            PixelConversion.ToRgb(source.Slice(y * stride), image.Row(y), format);
        return image;
    }

    /// <summary>Copies the pixels into a caller's buffer.</summary>
    /// <param name="destination">The first row, and the others <paramref name="stride"/> bytes apart.</param>
    /// <param name="stride">Bytes from one row to the next, at least width times the bytes of a pixel.</param>
    /// <param name="format">How the pixels are to lie; <see cref="PixelFormat.Gray8"/> takes the luma of ITU-R BT.601.</param>
    /// <exception cref="ArgumentException">The buffer is too small for the size and stride.</exception>
    public void CopyTo(Span<byte> destination, int stride, PixelFormat format)
    {
        PixelConversion.CheckBuffer(destination.Length, Width, Height, stride, format);
        for (int y = 0; y < Height; y++)
            PixelConversion.FromRgb(Row(y), destination.Slice(y * stride), format);
    }

    /// <summary>Puts images together on one sheet, in rows; every column is as wide and every row as high as its largest image.</summary>
    /// <param name="images">At least one image, row after row.</param>
    /// <param name="columns">Images in a row, at least 1.</param>
    /// <param name="gap">Pixels between two images (default 4).</param>
    /// <param name="background">What shows between them; null for white.</param>
    public static Image Grid(IReadOnlyList<Image> images, int columns, int gap = 4, Rgb? background = null) =>
        Montage.Grid(images, columns, gap, background);

    /// <summary>A copy that shares nothing with this image.</summary>
    public Image Clone() => new((byte[])_pixels.Clone(), Width, Height);

    /// <summary>
    /// The image in another size: bilinear with antialiasing, byte for byte what PIL's <c>resize((width, height), BILINEAR)</c>
    /// gives. The same object when the size is the same.
    /// </summary>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    public Image Resize(int width, int height)
    {
        int bytes = ByteCount(width, height);
        if (width == Width && height == Height)
            return this;
        byte[] resized = GC.AllocateUninitializedArray<byte>(bytes);
        TriangleResampler.Resize(this, resized, width, height);
        return new Image(resized, width, height);
    }

    /// <summary>The same with the sides named; see <see cref="Resize(int, int)"/>.</summary>
    /// <param name="size">The result's size; each side at least 1.</param>
    public Image Resize(ImageSize size) => Resize(size.Width, size.Height);

    /// <summary>
    /// <see cref="Resize(int, int)"/> into a caller's buffer, which spares a large allocation where images come in a stream.
    /// </summary>
    /// <param name="destination">Takes width * height * 3 bytes: RGB, rows without padding. It may be longer.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <exception cref="ArgumentException">The buffer is too small.</exception>
    public void ResizeTo(Span<byte> destination, int width, int height)
    {
        int bytes = ByteCount(width, height);
        PixelConversion.CheckBuffer(destination.Length, width, height, width * 3, PixelFormat.Rgb24);
        TriangleResampler.Resize(this, destination[..bytes], width, height);
    }

    /// <summary>The mirror image, left and right exchanged.</summary>
    public Image FlipHorizontally() => Orientation.Apply(this, Orientation.MirroredHorizontally);

    /// <summary>The image as a PNG file, without loss.</summary>
    public byte[] EncodePng() => PngWriter.Encode(_pixels, Width, Height, 3);

    /// <summary>The image as a JPEG file.</summary>
    /// <param name="quality">1 to 100; from 90 up color is kept at full resolution.</param>
    /// <exception cref="InvalidOperationException">A side has more than 65,535 pixels.</exception>
    public byte[] EncodeJpeg(int quality = 90) => VipsEncoder.EncodeJpeg(this, quality);

    /// <summary>Encodes the image as a WebP file.</summary>
    /// <param name="quality">1 to 100; of a lossless file, the effort to make it small.</param>
    /// <param name="lossless">Whether the pixels are kept as they are (default false).</param>
    /// <exception cref="InvalidOperationException">A side has more than 16,383 pixels.</exception>
    public byte[] EncodeWebP(int quality = 80, bool lossless = false) => VipsEncoder.EncodeWebP(this, quality, lossless);

    /// <summary>Encodes the image in a format that can be written: PNG, JPEG or WebP.</summary>
    /// <param name="format">The format.</param>
    /// <param name="quality">Of JPEG and WebP, 1 to 100.</param>
    /// <exception cref="ArgumentException">The format is only read.</exception>
    public byte[] Encode(ImageFormat format, int quality = 90) => format switch
    {
        ImageFormat.Png => EncodePng(),
        ImageFormat.Jpeg => EncodeJpeg(quality),
        ImageFormat.WebP => EncodeWebP(quality),
        _ => throw new ArgumentException(
            $"{ImageDecoder.NameOf(format)} cannot be written. Images can be written as PNG, JPEG and WebP.", nameof(format)),
    };

    /// <summary>
    /// Writes the image in the format of the file's extension (PNG, JPEG or WebP); an existing file is replaced only once the new one is
    /// complete.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="quality">Of JPEG and WebP, 1 to 100.</param>
    /// <exception cref="ArgumentException">The extension is not that of a format that is written.</exception>
    public void Save(string path, int quality = 90) => AtomicFile.WriteAllBytes(path, Encode(FormatToWrite(path), quality));

    /// <summary>Writes the image to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="format">PNG, JPEG or WebP.</param>
    /// <param name="quality">Of JPEG and WebP, 1 to 100.</param>
    /// <exception cref="ArgumentException">The format is only read.</exception>
    public void Save(Stream stream, ImageFormat format, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encode(format, quality));
    }

    /// <summary>The image as a PNG in a <c>data:</c> URI, for pages that hold their images themselves.</summary>
    public string ToPngDataUri() => "data:image/png;base64," + Convert.ToBase64String(EncodePng());

    /// <summary>The image as a JPEG in a <c>data:</c> URI; much smaller than a PNG for photographs.</summary>
    /// <param name="quality">1 to 100; from 90 up color is kept at full resolution.</param>
    public string ToJpegDataUri(int quality = 85) => "data:image/jpeg;base64," + Convert.ToBase64String(EncodeJpeg(quality));

    /// <summary>Writes a PNG file; an existing file is replaced only once the new one is complete.</summary>
    /// <param name="path">The file.</param>
    public void SavePng(string path) => AtomicFile.WriteAllBytes(path, EncodePng());

    /// <summary>Writes a JPEG file; an existing file is replaced only once the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="quality">1 to 100; from 90 up color is kept at full resolution.</param>
    public void SaveJpeg(string path, int quality = 90) => AtomicFile.WriteAllBytes(path, EncodeJpeg(quality));

    /// <summary>Creates an image whose pixels are still to be written, all of them.</summary>
    internal static Image Uninitialized(int width, int height) =>
        new(GC.AllocateUninitializedArray<byte>(ByteCount(width, height)), width, height);

    private static ImageFormat FormatToWrite(string path) => ImageFiles.FormatOf(path)
        ?? throw new ArgumentException(
            $"{path}: the extension is not that of an image. Allowed are .png, .jpg, .jpeg and .webp.", nameof(path));

    private static int ByteCount(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        long bytes = 3L * width * height;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Array.MaxLength, nameof(width));
        return (int)bytes;
    }
}
