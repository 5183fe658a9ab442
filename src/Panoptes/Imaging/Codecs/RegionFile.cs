using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Panoptes.Imaging.Codecs;

/// <summary>Decides whether a file can be read row by row, and checks it before.</summary>
internal static class RegionFile
{
    private const int MostChunks = 4_000_000;

    /// <summary>Opens a file for reading row by row; null where its decoder holds all pixels, or it must be turned.</summary>
    /// <exception cref="InputException">It cannot be read, is not an image, is damaged, or is too large.</exception>
    public static VipsRows? Open(string path, DecodeOptions options)
    {
        ImageFormat format = ImageDecoder.ReadFormat(path);
        if (format is not (ImageFormat.Tiff or ImageFormat.Jpeg or ImageFormat.Png)) return null;
        (ImageHeader header, bool isHeldWhole) = format switch
        {
            ImageFormat.Png => ReadPng(path),
            ImageFormat.Jpeg => ReadJpeg(path, options),
            _ => (VipsDecoder.ReadHeader(path, format), false),
        };
        bool isTurned = options.ApplyOrientation && header.Orientation != ImageHeader.NotTurned;
        if ((isHeldWhole || isTurned) && header.Stored.Pixels > options.MaxPixels)
        {
            string why = isTurned ? "its orientation turns" : "is stored in passes (progressive or interlaced)";
            throw new InputException(
                InputErrorKind.TooLarge, path, null,
                $"an image of {header.Stored} pixels that {why} must be decoded as a whole, and is "
                + $"larger than the limit of {options.MaxPixels} pixels in all. "
                + $"{nameof(InputLimits)}.{nameof(InputLimits.MaxPixels)} sets the limit; or store it upright, row by row.");
        }

        if (isHeldWhole || isTurned) return null;
        ImageLimits.CheckTiled(header.Stored, new FileInfo(path).Length, options, path);
        return new VipsRows(path, format, options);
    }

    /// <summary>Reads the orientation of a PNG from its chunks, of which the headers alone are read.</summary>
    /// <param name="path">A PNG.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static int ReadPngOrientation(string path)
    {
        using SafeFileHandle file = OpenFile(path);
        return ReadPngOrientation(file, path);
    }

    private static (ImageHeader Header, bool IsHeldWhole) ReadPng(string path)
    {
        using SafeFileHandle file = OpenFile(path);
        Span<byte> start = stackalloc byte[8 + 8 + PngHeader.Length];
        if (!TryRead(file, start, 0) || !start.Slice(12, 4).SequenceEqual("IHDR"u8) || !PngHeader.TryRead(start[16..], out PngHeader png))
            throw new InputException(InputErrorKind.Damaged, path, null, "damaged PNG (it has no valid header).");
        return (new ImageHeader(new ImageSize(png.Width, png.Height), ReadPngOrientation(file, path)), png.IsInterlaced);
    }

    // The orientation may stand behind the pixels: chunks are skipped one by one, without reading them.
    private static int ReadPngOrientation(SafeFileHandle file, string path)
    {
        long position = 8;
        Span<byte> chunk = stackalloc byte[8];
        try
        {
            for (int chunks = 0; chunks < MostChunks && TryRead(file, chunk, position) && !chunk[4..].SequenceEqual("IEND"u8); chunks++)
            {
                uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
                if (chunk[4..].SequenceEqual("eXIf"u8))
                {
                    byte[] body = new byte[(int)Math.Min(length, ExifOrientation.MostBytes)];
                    return TryRead(file, body, position + 8) ? ExifOrientation.Read(body) : ImageHeader.NotTurned;
                }

                position += 12L + length;
            }
        }
        catch (IOException e)
        {
            throw Unreadable(path, e);
        }

        return ImageHeader.NotTurned;
    }

    private static unsafe (ImageHeader Header, bool IsHeldWhole) ReadJpeg(string path, DecodeOptions options)
    {
        using SafeFileHandle file = OpenFile(path);
        long length = RandomAccess.GetLength(file);
        if (length > int.MaxValue)
            throw new InputException(InputErrorKind.TooLarge, path, null, $"a JPEG of {length} bytes is larger than {int.MaxValue}.");
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using MemoryMappedViewAccessor view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* memory = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref memory);
        try
        {
            ReadOnlySpan<byte> data = new(memory + view.PointerOffset, (int)length);
            ImageHeader header = ImageDecoder.ReadHeader(data, ImageFormat.Jpeg, path);
            ImageDecoder.CheckJpeg(data, header.Stored, options, path, out int scans);
            return (header, !JpegMarkers.ComesInRows(data, scans));
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static InputException Unreadable(string path, Exception e) =>
        new(InputErrorKind.Unreadable, path, null, $"the file cannot be read ({e.Message}).", e);

    private static bool TryRead(SafeFileHandle file, Span<byte> bytes, long position) =>
        RandomAccess.Read(file, bytes, position) == bytes.Length;
}
