using System.Buffers;
using System.Runtime.InteropServices;
using NetVips;
using VipsImage = NetVips.Image;

namespace Panoptes.Imaging.Codecs;

/// <summary>
/// JPEG, WebP, TIFF, GIF and AVIF through libvips. The loader of the format that a file begins like is called by name, so that no other
/// one of libvips (PDF, SVG, ...) is ever given a file.
/// </summary>
internal static class VipsDecoder
{
    // Two rows of blocks of a JPEG: pixels are copied while they are in the processor's cache.
    private const int StripRows = 16;

    /// <summary>The operations of libvips that read each format.</summary>
    public static IReadOnlyList<(ImageFormat Format, string Operation)> Loaders { get; } =
    [
        (ImageFormat.Jpeg, "jpegload_source"),
        (ImageFormat.WebP, "webpload_source"),
        (ImageFormat.Tiff, "tiffload_source"),
        (ImageFormat.Gif, "gifload_source"),
        (ImageFormat.Avif, "heifload_source"),
    ];

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="InputException">The header is damaged.</exception>
    public static ImageHeader ReadHeader(string path, ImageFormat format) => Guard(format, path, () =>
    {
        using Source input = Source.NewFromFile(path);
        using VipsImage image = Open(input, format, DecodeOptions.Default, shrink: 1);
        return HeaderOf(image);
    });

    /// <summary>Reads the header of an image held in memory.</summary>
    /// <exception cref="InputException">The header is damaged.</exception>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> data, ImageFormat format, string source)
    {
        VipsLibrary.Require();
        using Source input = Source.NewFromMemory(data);
        return Guard(format, source, () =>
        {
            using VipsImage image = Open(input, format, DecodeOptions.Default, shrink: 1);
            return HeaderOf(image);
        });
    }

    /// <summary>Decodes a file; its orientation is not applied here.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, ImageFormat, ImageHeader?, DecodeOptions, string, List{string})"/>
    public static (Image Image, ImageHeader Header) Decode(
        string path, ImageFormat format, DecodeOptions options, List<string> warnings) => Guard(format, path, () =>
        {
            using Source input = Source.NewFromFile(path);
            return Decode(input, new FileInfo(path).Length, format, null, options, path, warnings);
        });

    /// <summary>Decodes an image; its orientation is not applied here.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="format">The format that it begins like.</param>
    /// <param name="known">The header, where it was read and checked already.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="source">The name that messages begin with.</param>
    /// <param name="warnings">Takes what the user should be told.</param>
    /// <exception cref="InputException">The data is damaged or cut off, has unsupported pixels, or is too large.</exception>
    public static (Image Image, ImageHeader Header) Decode(
        ReadOnlySpan<byte> data,
        ImageFormat format,
        ImageHeader? known,
        DecodeOptions options,
        string source,
        List<string> warnings)
    {
        VipsLibrary.Require();
        using Source input = Source.NewFromMemory(data);
        long bytes = data.Length;
        return Guard(format, source, () => Decode(input, bytes, format, known, options, source, warnings));
    }

    private static (Image Image, ImageHeader Header) Decode(
        Source input,
        long bytes,
        ImageFormat format,
        ImageHeader? known,
        DecodeOptions options,
        string source,
        List<string> warnings)
    {
        using VipsImage image = Open(input, format, options, known is { } jpeg ? ShrinkOf(jpeg.Stored, options.MinShortSide) : 1);
        ImageHeader header = known ?? HeaderOf(image);
        ImageLimits.Check(header.Stored, bytes, options, source);
        WarnOfPages(image, format, source, warnings);
        return (Read(image, source, warnings, options.CancellationToken), header);
    }

    /// <summary>Tells of pages or frames behind the first.</summary>
    public static void WarnOfPages(VipsImage image, ImageFormat format, string source, List<string> warnings)
    {
        if (image.Contains("n-pages") && image.Get("n-pages") is int pages and > 1)
            warnings.Add($"{source}: holds {pages} {(format == ImageFormat.Tiff ? "pages" : "frames")}; the first is read.");
    }

    /// <summary>Opens a file for reading from the top down; PNGs too, where they are read in regions.</summary>
    public static VipsImage Open(Source input, ImageFormat format, DecodeOptions options, int shrink)
    {
        const Enums.Access access = Enums.Access.Sequential;
        Enums.FailOn failOn = options.AcceptTruncated ? Enums.FailOn.None : Enums.FailOn.Error;
        return format switch
        {
            ImageFormat.Jpeg => VipsImage.JpegloadSource(input, shrink: shrink, access: access, failOn: failOn),
            ImageFormat.WebP => VipsImage.WebploadSource(input, access: access, failOn: failOn),
            ImageFormat.Tiff => VipsImage.TiffloadSource(input, access: access, failOn: failOn),
            ImageFormat.Gif => VipsImage.GifloadSource(input, access: access, failOn: failOn),
            ImageFormat.Png => VipsImage.PngloadSource(input, access: access, failOn: failOn),
            ImageFormat.Avif => VipsImage.HeifloadSource(input, access: access, failOn: failOn),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of libvips."),
        };
    }

    private static ImageHeader HeaderOf(VipsImage image)
    {
        int orientation = image.Contains("orientation") && image.Get("orientation") is int value and >= 1 and <= 8
            ? value
            : ExifOrientation.Upright;
        return new ImageHeader(new ImageSize(image.Width, image.Height), orientation);
    }

    // libvips rounds the scaled sides down.
    private static int ShrinkOf(ImageSize full, int minShortSide)
    {
        int shrink = 1;
        if (minShortSide > 0)
        {
            while (shrink < 8 && full.ShortSide / (2 * shrink) >= minShortSide)
                shrink *= 2;
        }

        return shrink;
    }

    /// <summary>Makes sure that an image's pixels can become RGB.</summary>
    /// <exception cref="InputException">They cannot.</exception>
    public static void CheckPixels(VipsImage image, string source)
    {
        int bands = image.Bands;
        bool isCmyk = image.Interpretation == Enums.Interpretation.Cmyk;
        bool isReadable = image.Format is Enums.BandFormat.Uchar or Enums.BandFormat.Ushort
            && image.Interpretation is not (Enums.Interpretation.Lab or Enums.Interpretation.Labs)
            && bands <= (isCmyk ? 5 : 4);
        if (!isReadable)
        {
            throw new InputException(
                InputErrorKind.Unsupported, source, null,
                $"pixels of {bands} channels of {Describe(image.Format)} ({image.Interpretation}) are not supported. "
                + "Convert the image to gray, RGB or CMYK with 8 or 16 bits a channel.");
        }
    }

    private static Image Read(VipsImage image, string source, List<string> warnings, CancellationToken cancellationToken)
    {
        CheckPixels(image, source);
        (int width, int height, int bands) = (image.Width, image.Height, image.Bands);
        bool isCmyk = image.Interpretation == Enums.Interpretation.Cmyk;
        Image result = Image.Uninitialized(width, height);
        SixteenBitRows? deep = image.Format == Enums.BandFormat.Ushort ? new SixteenBitRows(result, bands, isCmyk) : null;
        if (deep is null && bands == 3)
        {
            ReadStrips(image, result.Pixels, height, (_, _) => cancellationToken.ThrowIfCancellationRequested());
            return result;
        }

        // One row always fits: libvips has at most 100 million columns.
        int stride = checked(width * bands * (deep is null ? 1 : sizeof(ushort)));
        int stripRows = Math.Clamp(Array.MaxLength / stride, 1, Math.Min(StripRows, height));
        byte[] strip = ArrayPool<byte>.Shared.Rent(stripRows * stride);
        try
        {
            ReadStrips(image, strip.AsSpan(0, stripRows * stride), stripRows, (y, rows) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (deep is not null)
                {
                    deep.Add(MemoryMarshal.Cast<byte, ushort>(strip.AsSpan(0, rows * stride)));
                    return;
                }

                for (int row = 0; row < rows; row++)
                    SampleConversion.ToRgb(strip.AsSpan(row * stride, stride), bands, isCmyk, result.Row(y + row));
            });
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(strip);
        }

        if (deep is not null) SixteenBits.Warn(deep.Largest, source, warnings);
        return result;
    }

    /// <summary>
    /// Reads an image strip after strip: into its place in a buffer for all of it, or each into the same buffer, which then is one strip.
    /// </summary>
    private static unsafe void ReadStrips(VipsImage image, Span<byte> buffer, int bufferRows, Action<int, int> done)
    {
        fixed (byte* memory = buffer)
        {
            using VipsImage target = VipsImage.NewFromMemory(
                (nint)memory, (ulong)buffer.Length, image.Width, bufferRows, image.Bands, image.Format);
            using Region to = Region.New(target);
            using Region from = Region.New(image);
            bool ok = VipsLibrary.Attach(to, new VipsLibrary.Area { Width = image.Width, Height = bufferRows });
            int stripRows = Math.Min(StripRows, bufferRows);
            for (int y = 0; y < image.Height && ok; y += stripRows)
            {
                int rows = Math.Min(stripRows, image.Height - y);
                VipsLibrary.Area area = new() { Top = y, Width = image.Width, Height = rows };
                ok = VipsLibrary.TryPrepare(from, to, area, bufferRows == image.Height ? y : 0);
                if (ok)
                    done(y, rows);
            }

            if (!ok)
                throw new VipsException("");
        }
    }

    /// <summary>Turns what libvips throws into the error of an input.</summary>
    /// <exception cref="InputException">libvips could not read on.</exception>
    public static T Guard<T>(ImageFormat format, string source, Func<T> read)
    {
        VipsLibrary.Require();
        try
        {
            return read();
        }
        catch (VipsException e)
        {
            string[] lines = e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string why = string.Join("; ", lines.Where(line => !line.StartsWith("unable to call", StringComparison.Ordinal)).Distinct());
            string reason = why.Length > 0 ? why : "no reason given";
            throw new InputException(
                InputErrorKind.Damaged, source, null,
                $"damaged, truncated or unsupported {ImageDecoder.NameOf(format)} ({reason}).",
                e);
        }
    }

    private static string Describe(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar => "8 bits",
        Enums.BandFormat.Ushort => "16 bits",
        Enums.BandFormat.Float or Enums.BandFormat.Double => "floating-point numbers",
        _ => $"type {format}",
    };
}
