namespace Panoptes.Imaging.Codecs;

/// <summary>Hands files to the codec they belong to.</summary>
internal static class ImageDecoder
{
    private const int HeaderPrefix = 64 * 1024;

    /// <summary>Decodes an image held in memory.</summary>
    /// <param name="data">A whole file.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="source">The name that messages begin with.</param>
    /// <exception cref="InputException">The data is not an image, is damaged, or is too large.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, DecodeOptions options, string source)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        ImageLimits.CheckBytes(data.Length, options, source);
        ImageFormat format = FormatSignature.Detect(data, source);
        ImageHeader? header = null;
        if (HasOwnHeader(format))
        {
            header = ReadHeader(data, format, source);
            ImageLimits.Check(header.Value.Stored, data.Length, options, source);
        }

        List<string> warnings = [];
        if (format == ImageFormat.Jpeg)
            CheckJpeg(data, header!.Value.Stored, options, source, out _);

        return Finish(
            format switch
            {
                ImageFormat.Png => (PngCodec.Decode(data, source, warnings, options.CancellationToken), header!.Value),
                ImageFormat.Bmp => (BmpCodec.Decode(data, source), header!.Value),
                _ => VipsDecoder.Decode(data, format, header, options, source, warnings),
            },
            options,
            warnings);
    }

    /// <summary>Decodes a file.</summary>
    /// <inheritdoc cref="Decode"/>
    public static Image Load(string path, DecodeOptions options)
    {
        if (ReadFormat(path) == ImageFormat.Tiff)
            return LoadTiff(path, options);
        using EncodedFile file = EncodedFile.Read(path, int.MaxValue, options);
        return Decode(file.Data, options, path);
    }

    /// <summary>Decodes a file without blocking the caller.</summary>
    /// <inheritdoc cref="Decode"/>
    public static async Task<Image> LoadAsync(string path, DecodeOptions options, CancellationToken cancellationToken)
    {
        ImageFormat format = await Task.Run(() => ReadFormat(path), cancellationToken).ConfigureAwait(false);
        if (format == ImageFormat.Tiff)
            return await Task.Run(() => LoadTiff(path, options), cancellationToken).ConfigureAwait(false);
        using EncodedFile file = await EncodedFile.ReadAsync(path, options, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Decode(file.Data, options, path), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decodes the samples of a PNG held in memory.</summary>
    /// <exception cref="InputException">The data is not a PNG, is damaged, or is too large.</exception>
    public static LabelMap DecodeLabels(ReadOnlySpan<byte> data, string source, DecodeOptions? options = null)
    {
        CheckLabels(data, source, options ?? DecodeOptions.Default);
        return PngCodec.DecodeLabels(data, source);
    }

    /// <summary>Decodes the samples of a PNG file.</summary>
    /// <inheritdoc cref="DecodeLabels"/>
    public static LabelMap LoadLabels(string path)
    {
        using EncodedFile file = EncodedFile.Read(path, int.MaxValue, DecodeOptions.Default);
        return DecodeLabels(file.Data, path);
    }

    /// <summary>Begins to read the samples of a PNG file row by row.</summary>
    /// <inheritdoc cref="DecodeLabels"/>
    public static LabelRows OpenLabels(string path)
    {
        using EncodedFile file = EncodedFile.Read(path, int.MaxValue, DecodeOptions.Default);
        CheckLabels(file.Data, path, DecodeOptions.Default);
        return PngCodec.OpenLabels(file.Data, path);
    }

    /// <summary>The header of a file, from as much of its beginning as that takes.</summary>
    /// <exception cref="InputException">The file cannot be read, is not an image, or its header is damaged.</exception>
    public static ImageHeader ReadHeader(string path)
    {
        for (int prefix = HeaderPrefix; ; prefix = prefix > Array.MaxLength / 4 ? Array.MaxLength : prefix * 4)
        {
            using EncodedFile file = EncodedFile.Read(path, prefix, options: null);
            ImageFormat format = FormatSignature.Detect(file.Data, path);
            if (!HasOwnHeader(format))
                return VipsDecoder.ReadHeader(path, format);
            bool isEnough = file.IsWhole || prefix == Array.MaxLength
                || TryReadHeader(file.Data, format, out _) != HeaderStatus.Incomplete;
            if (isEnough || format == ImageFormat.Png)
            {
                // What a PNG's beginning does not tell is its orientation, which may stand behind any number of pixels.
                ImageHeader header = ReadHeader(file.Data, format, path);
                return isEnough ? header : header with { Orientation = RegionFile.ReadPngOrientation(path) };
            }
        }
    }

    /// <summary>The header of an image held in memory, or of the beginning of one.</summary>
    /// <exception cref="InputException">The data is not an image, or its header is damaged or cut off.</exception>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> data, string source)
    {
        ImageFormat format = FormatSignature.Detect(data, source);
        return HasOwnHeader(format) ? ReadHeader(data, format, source) : VipsDecoder.ReadHeader(data, format, source);
    }

    /// <summary>A format's name in messages.</summary>
    public static string NameOf(ImageFormat format) => format switch
    {
        ImageFormat.WebP => "WebP",
#pragma warning disable CA1308 // abbreviations are in capitals
        _ => format.ToString().ToUpperInvariant(),
#pragma warning restore CA1308
    };

    // A TIFF can be much larger than its image in memory, so it is read piece by piece.
    private static Image LoadTiff(string path, DecodeOptions options)
    {
        List<string> warnings = [];
        return Finish(VipsDecoder.Decode(path, ImageFormat.Tiff, options, warnings), options, warnings);
    }

    private static Image Finish((Image Image, ImageHeader Header) decoded, DecodeOptions options, List<string> warnings)
    {
        Image image = options.ApplyOrientation ? Orientation.Apply(decoded.Image, decoded.Header.Orientation) : decoded.Image;
        image.Warnings = warnings;
        return image;
    }

    /// <summary>Makes sure that a JPEG is whole: decoders go over all of it for each scan, and fill with gray what is missing.</summary>
    /// <exception cref="InputException">It ends early, or has too many scans.</exception>
    public static void CheckJpeg(ReadOnlySpan<byte> data, ImageSize size, DecodeOptions options, string source, out int scans)
    {
        bool hasEnd = JpegMarkers.HasEndOfImage(data, out scans);
        if (scans > JpegMarkers.MostScans || scans * size.Pixels > JpegMarkers.MostScans / 5 * options.MaxPixels)
            throw new InputException(InputErrorKind.TooLarge, source, null, $"a JPEG of {size} pixels has {scans} scans: too many.");
        if (options.AcceptTruncated)
            return;
        string? problem = !hasEnd ? $"the file ends after {data.Length} bytes without an end-of-image marker"
            : data.Length < JpegMarkers.LeastBytes(data) ? $"{data.Length} bytes cannot hold {size} pixels"
            : null;
        if (problem is not null)
            throw new InputException(InputErrorKind.Damaged, source, null, $"truncated JPEG ({problem}).");
    }

    private static bool HasOwnHeader(ImageFormat format) => format is ImageFormat.Jpeg or ImageFormat.Png or ImageFormat.Bmp;

    /// <summary>The format that a file begins like.</summary>
    /// <exception cref="InputException">The file cannot be read, or begins like no supported image.</exception>
    public static ImageFormat ReadFormat(string path)
    {
        using EncodedFile file = EncodedFile.Read(path, FormatSignature.Length, options: null);
        return FormatSignature.Detect(file.Data, path);
    }

    private static void CheckLabels(ReadOnlySpan<byte> data, string source, DecodeOptions options)
    {
        ImageFormat format = FormatSignature.Detect(data, source);
        if (format != ImageFormat.Png)
        {
            throw new InputException(
                InputErrorKind.Unsupported, source, null,
                $"a {NameOf(format)} image, but labels are read from PNG only. Other formats may change the values.");
        }

        ImageLimits.Check(ReadHeader(data, ImageFormat.Png, source).Stored, data.Length, options, source);
    }

    private static HeaderStatus TryReadHeader(ReadOnlySpan<byte> data, ImageFormat format, out ImageHeader header) => format switch
    {
        ImageFormat.Jpeg => JpegMarkers.TryReadHeader(data, out header),
        ImageFormat.Png => PngCodec.TryReadHeader(data, out header),
        _ => BmpCodec.TryReadHeader(data, out header),
    };

    /// <summary>The header of a JPEG, PNG or BMP.</summary>
    /// <exception cref="InputException">It is damaged or cut off.</exception>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> data, ImageFormat format, string source)
    {
        string name = NameOf(format);
        return TryReadHeader(data, format, out ImageHeader header) switch
        {
            HeaderStatus.Found => header,

            // A PNG without its end may still decode; the codec decides.
            HeaderStatus.Incomplete when header.Stored.Pixels > 0 => header,
            HeaderStatus.Incomplete => throw new InputException(
                InputErrorKind.Damaged, source, null,
                $"truncated {name} (the file ends within its header)."),
            _ => throw new InputException(InputErrorKind.Damaged, source, null, $"damaged {name} (it has no valid header)."),
        };
    }
}
