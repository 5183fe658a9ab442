using System.Buffers;

namespace Panoptes.Imaging.Codecs;

/// <summary>Tells formats apart, reads files, and hands them to the codec they belong to.</summary>
internal static class PictureDecoder
{
    private const int HeaderPrefix = 64 * 1024;

    /// <summary>Decodes a picture held in memory.</summary>
    /// <param name="data">A whole JPEG or PNG.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="source">The name that messages begin with.</param>
    public static Image Decode(ReadOnlySpan<byte> data, DecodeOptions options, string source)
    {
        PictureFormat format = Detect(data, source);
        PictureHeader header = ReadHeader(data, format, source);
        CheckSize(header.Stored, options, source);
        Image image = format == PictureFormat.Jpeg
            ? JpegCodec.Decode(data, header, options, source)
            : PngCodec.Decode(data, header, source);
        return options.ApplyOrientation ? Orientation.Apply(image, header.Orientation) : image;
    }

    /// <summary>Decodes a file.</summary>
    public static Image Load(string path, DecodeOptions options) =>
        ReadFile(path, int.MaxValue, (data, _) => Decode(data, options, path));

    /// <summary>Decodes the samples of a PNG held in memory.</summary>
    public static LabelMap DecodeLabels(ReadOnlySpan<byte> data, string source)
    {
        if (Detect(data, source) != PictureFormat.Png)
            throw new InputException($"{source}: a JPEG; labels are read from PNG only, for JPEG changes the values.");
        PictureHeader header = ReadHeader(data, PictureFormat.Png, source);
        CheckSize(header.Stored, DecodeOptions.Default, source);
        return PngCodec.DecodeLabels(data, header, source);
    }

    /// <summary>Decodes the samples of a PNG file.</summary>
    public static LabelMap LoadLabels(string path) => ReadFile(path, int.MaxValue, (data, _) => DecodeLabels(data, path));

    /// <summary>The upright size of a file, from as much of its beginning as that takes.</summary>
    public static ImageSize ReadSize(string path) => ReadHeader(path).Upright;

    /// <summary>The header of a file, from as much of its beginning as that takes.</summary>
    public static PictureHeader ReadHeader(string path)
    {
        for (int prefix = HeaderPrefix; ; prefix = prefix > int.MaxValue / 4 ? int.MaxValue : prefix * 4)
        {
            PictureHeader? header = ReadFile<PictureHeader?>(path, prefix, (data, whole) =>
            {
                PictureFormat format = Detect(data, path);
                if (!whole && TryReadHeader(data, format, out _) == HeaderStatus.Incomplete)
                    return null;
                return ReadHeader(data, format, path);
            });
            if (header is { } found)
                return found;
        }
    }

    /// <summary>Whether a file begins like a JPEG or a PNG.</summary>
    private static PictureFormat Detect(ReadOnlySpan<byte> data, string source)
    {
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return PictureFormat.Jpeg;
        if (data.StartsWith(PngCodec.Signature))
            return PictureFormat.Png;
        throw new InputException($"{source}: {Describe(data)}; supported are JPEG and PNG.");
    }

    private static string Describe(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return "the file is empty";
        if (data.StartsWith("GIF8"u8))
            return "a GIF picture";
        if (data.StartsWith("BM"u8))
            return "a BMP picture";
        if (data.StartsWith("RIFF"u8) && data.Length >= 12 && data.Slice(8, 4).SequenceEqual("WEBP"u8))
            return "a WebP picture";
        if (data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8))
            return "a TIFF picture";
        if (data.Length >= 12 && data.Slice(4, 4).SequenceEqual("ftyp"u8))
            return "a HEIF, AVIF or video file";
        if (data.StartsWith("version https://git-lfs"u8))
            return "a Git LFS pointer, not the picture itself";
        return "not a picture";
    }

    private static HeaderStatus TryReadHeader(ReadOnlySpan<byte> data, PictureFormat format, out PictureHeader header) =>
        format == PictureFormat.Jpeg ? JpegMarkers.TryReadHeader(data, out header) : PngCodec.TryReadHeader(data, out header);

    private static PictureHeader ReadHeader(ReadOnlySpan<byte> data, PictureFormat format, string source)
    {
        string name = format == PictureFormat.Jpeg ? "JPEG" : "PNG";
        return TryReadHeader(data, format, out PictureHeader header) switch
        {
            HeaderStatus.Found => header,

            // A PNG that lacks its end may still decode; the codec decides.
            HeaderStatus.Incomplete when header.Stored.Pixels > 0 => header,
            HeaderStatus.Incomplete => throw new InputException($"{source}: truncated {name} (the file ends within its header)."),
            _ => throw new InputException($"{source}: damaged {name} (it has no valid header)."),
        };
    }

    private static void CheckSize(ImageSize size, DecodeOptions options, string source)
    {
        // A decoded picture is one array of 3 bytes a pixel (4 while CMYK is converted).
        long limit = Math.Min(options.MaxPixels, Array.MaxLength / 4);
        if (size.Pixels > limit)
            throw new InputException($"{source}: a picture of {size} pixels is larger than the limit of {limit} pixels.");
    }

    private delegate T Reader<out T>(ReadOnlySpan<byte> data, bool whole);

    private static T ReadFile<T>(string path, int limit, Reader<T> read)
    {
        byte[]? buffer = null;
        try
        {
            int filled = 0;
            bool whole;
            try
            {
                using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
                long length = RandomAccess.GetLength(file);
                whole = length <= limit;
                int wanted = (int)Math.Min(length, Math.Min(limit, Array.MaxLength));
                buffer = ArrayPool<byte>.Shared.Rent(wanted);
                while (filled < wanted)
                {
                    int got = RandomAccess.Read(file, buffer.AsSpan(filled, wanted - filled), filled);
                    if (got == 0)
                        break;
                    filled += got;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new InputException($"{path}: the file cannot be read ({Reason(path, e)}).", e);
            }

            return read(buffer.AsSpan(0, filled), whole);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Reason(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        _ when Directory.Exists(path) => "it is a folder",
        UnauthorizedAccessException => "access is denied",
        _ => e.Message,
    };
}
