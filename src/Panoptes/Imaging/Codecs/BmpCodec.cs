using System.Buffers.Binary;

namespace Panoptes.Imaging.Codecs;

/// <summary>
/// BMP, which libvips does not read: 1, 4, 8 (plain or run lengths), 16, 24 and 32 bits a pixel, from the bottom up or from the top down
/// (Microsoft, "Bitmap Storage"; OS/2's short header). Alpha is ignored.
/// </summary>
internal static class BmpCodec
{
    private const int FileHeader = 14;
    private const int ShortInfo = 12;
    private const int Info = 40;
    private const uint Plain = 0;
    private const uint Runs8 = 1;
    private const uint Runs4 = 2;
    private const uint Masks = 3;
    private const uint MasksWithAlpha = 6;

    /// <summary>Reads the size; a BMP has no orientation.</summary>
    public static HeaderStatus TryReadHeader(ReadOnlySpan<byte> data, out ImageHeader header)
    {
        HeaderStatus status = TryReadLayout(data, out Layout layout);
        header = new ImageHeader(new ImageSize(layout.Width, layout.Height), ExifOrientation.Upright);
        return status;
    }

    /// <summary>Decodes a BMP with a valid header.</summary>
    /// <exception cref="InputException">The data is damaged or cut off, or has pixels that are not supported.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, string source)
    {
        _ = TryReadLayout(data, out Layout layout);
        bool isKnown = (layout.Bits, layout.Compression) switch
        {
            (1 or 4 or 8 or 24, Plain) or (16 or 32, Plain or Masks or MasksWithAlpha) or (8, Runs8) or (4, Runs4) => true,
            _ => false,
        };
        if (!isKnown)
        {
            throw new InputException(
                InputErrorKind.Unsupported, source, null,
                $"a BMP of {layout.Bits} bits with compression {layout.Compression} is not supported. "
                + "Supported are 1, 4, 8, 16, 24 and 32 bits, uncompressed or with run lengths.");
        }

        int palette = layout.Bits <= 8 ? PaletteLength(layout) : 0;
        long paletteEnd = layout.PaletteStart + ((long)palette * layout.EntryBytes);
        if (layout.PixelStart > data.Length || paletteEnd > data.Length)
            throw new InputException(InputErrorKind.Damaged, source, null, "truncated BMP (the file ends before its pixels).");
        byte[] colors = ReadPalette(data, layout, palette);
        Image image = new(layout.Width, layout.Height);
        if (layout.Compression is Runs8 or Runs4)
        {
            byte[] indices = BmpRuns.Read(data[layout.PixelStart..], layout.Width, layout.Height, layout.Compression == Runs4, source);
            for (int y = 0; y < layout.Height; y++)
                ReadIndices(indices.AsSpan(y * layout.Width), 8, colors, image.Row(layout.RowOf(y)));
            return image;
        }

        long stride = ((((long)layout.Width * layout.Bits) + 31) / 32) * 4;
        long lastRow = (((long)layout.Width * layout.Bits) + 7) / 8; // whose padding may be missing
        if (layout.PixelStart + (stride * (layout.Height - 1)) + lastRow > data.Length)
            throw new InputException(InputErrorKind.Damaged, source, null, "truncated BMP (the file ends within its pixels).");
        BmpMasks masks = BmpMasks.Of(data, layout.Bits, layout.Compression != Plain);
        for (int y = 0; y < layout.Height; y++)
        {
            ReadOnlySpan<byte> row = data[(int)(layout.PixelStart + (y * stride))..];
            Span<byte> to = image.Row(layout.RowOf(y));
            if (layout.Bits <= 8)
                ReadIndices(row, layout.Bits, colors, to);
            else if (layout.Bits == 24)
                PixelConversion.ToRgb(row, to, PixelFormat.Bgr24);
            else
                masks.Read(row, layout.Bits / 8, to);
        }

        return image;
    }

    private static HeaderStatus TryReadLayout(ReadOnlySpan<byte> data, out Layout layout)
    {
        layout = default;
        if (data.Length < FileHeader + ShortInfo)
            return HeaderStatus.Incomplete;
        uint pixels = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]);
        uint info = BinaryPrimitives.ReadUInt32LittleEndian(data[FileHeader..]);
        ReadOnlySpan<byte> fields = data[FileHeader..];
        long width, height;
        uint compression = Plain, used = 0;
        int bits;
        if (info == ShortInfo)
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(fields[4..]);
            height = BinaryPrimitives.ReadUInt16LittleEndian(fields[6..]);
            bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[10..]);
        }
        else
        {
            if (info is < Info or > 1024)
                return HeaderStatus.Invalid;
            if (fields.Length < Info)
                return HeaderStatus.Incomplete;
            width = BinaryPrimitives.ReadInt32LittleEndian(fields[4..]);
            height = BinaryPrimitives.ReadInt32LittleEndian(fields[8..]);
            bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[14..]);
            compression = BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]);
            used = BinaryPrimitives.ReadUInt32LittleEndian(fields[32..]);
        }

        if (width <= 0 || height is 0 or int.MinValue || pixels > int.MaxValue || used > int.MaxValue)
            return HeaderStatus.Invalid;

        // A header of 40 bytes has its masks behind it.
        int masks = info == Info && compression == Masks ? 12 : info == Info && compression == MasksWithAlpha ? 16 : 0;
        layout = new Layout(
            (int)width, (int)Math.Abs(height), height < 0, bits, compression, FileHeader + (int)info + masks, (int)pixels, (int)used,
            info == ShortInfo ? 3 : 4);
        return HeaderStatus.Found;
    }

    private static int PaletteLength(Layout layout)
    {
        int most = 1 << layout.Bits;
        int room = Math.Max(0, layout.PixelStart - layout.PaletteStart) / layout.EntryBytes;
        return Math.Min(layout.Used == 0 ? most : Math.Min(layout.Used, most), room);
    }

    // What has no entry is black.
    private static byte[] ReadPalette(ReadOnlySpan<byte> data, Layout layout, int length)
    {
        byte[] colors = new byte[3 * 256];
        for (int i = 0; i < length; i++)
        {
            ReadOnlySpan<byte> entry = data.Slice(layout.PaletteStart + (i * layout.EntryBytes), 3);
            (colors[3 * i], colors[(3 * i) + 1], colors[(3 * i) + 2]) = (entry[2], entry[1], entry[0]);
        }

        return colors;
    }

    private static void ReadIndices(ReadOnlySpan<byte> row, int bits, byte[] colors, Span<byte> rgb)
    {
        for (int x = 0; 3 * x < rgb.Length; x++)
        {
            int index = (row[x * bits / 8] >> (8 - bits - (x * bits % 8))) & ((1 << bits) - 1);
            colors.AsSpan(3 * index, 3).CopyTo(rgb[(3 * x)..]);
        }
    }

    private readonly record struct Layout(
        int Width, int Height, bool IsTopDown, int Bits, uint Compression, int PaletteStart, int PixelStart, int Used, int EntryBytes)
    {
        /// <summary>The image's row that a stored row is.</summary>
        public int RowOf(int stored) => IsTopDown ? stored : Height - 1 - stored;
    }
}
