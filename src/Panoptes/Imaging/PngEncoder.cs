using System.Runtime.InteropServices;
using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>Writes PNG from a caller's pixels: color, color with alpha, gray, and palette indices. Without loss, byte for byte.</summary>
public static class PngEncoder
{
    /// <summary>Encodes pixels. RGBA keeps its alpha; gray makes a gray PNG.</summary>
    /// <param name="pixels">The first row, and the others <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="stride">Bytes from one row to the next, at least width times the bytes of a pixel.</param>
    /// <param name="format">How the pixels lie in <paramref name="pixels"/>.</param>
    /// <exception cref="ArgumentException">The buffer is too small for the size and stride.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int stride, PixelFormat format)
    {
        CheckSize(width, height);
        PixelConversion.CheckBuffer(pixels.Length, width, height, stride, format);
        byte[] packed = Pack(pixels, width, height, stride, PixelConversion.BytesPerPixel(format));
        if (format is PixelFormat.Bgr24 or PixelFormat.Bgra32)
        {
            int step = PixelConversion.BytesPerPixel(format);
            for (int i = 0; i < packed.Length; i += step)
                (packed[i], packed[i + 2]) = (packed[i + 2], packed[i]);
        }

        return PngWriter.Encode(packed, width, height, PixelConversion.BytesPerPixel(format));
    }

    /// <summary>Encodes palette indices, for example of classes, with the colors to show them in.</summary>
    /// <param name="indices">One byte a pixel; each below the palette's length.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <param name="palette">1 to 256 colors.</param>
    /// <exception cref="ArgumentException">The buffer is too small, the palette empty or too long, or an index has no color.</exception>
    public static byte[] EncodeIndexed(ReadOnlySpan<byte> indices, int width, int height, int stride, ReadOnlySpan<Rgb> palette)
    {
        CheckSize(width, height);
        PixelConversion.CheckBuffer(indices.Length, width, height, stride, PixelFormat.Gray8);
        if (palette.Length is 0 or > 256)
            throw new ArgumentException($"A palette has 1 to 256 colors, not {palette.Length}.", nameof(palette));
        byte[] packed = Pack(indices, width, height, stride, 1);
        if (palette.Length < 256 && packed.AsSpan().IndexOfAnyInRange((byte)palette.Length, byte.MaxValue) is >= 0 and int at)
            throw new ArgumentException($"Index {packed[at]} has no color in a palette of {palette.Length}.", nameof(indices));
        byte[] colors = new byte[palette.Length * 3];
        for (int i = 0; i < palette.Length; i++)
            (colors[3 * i], colors[(3 * i) + 1], colors[(3 * i) + 2]) = palette[i];
        return PngWriter.Encode(packed, width, height, 1, colors);
    }

    /// <summary>Encodes gray of 16 bits, for example labels beyond 255.</summary>
    /// <param name="pixels">Rows without padding.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <exception cref="ArgumentException">The buffer is too small.</exception>
    public static byte[] EncodeGray16(ReadOnlySpan<ushort> pixels, int width, int height)
    {
        CheckSize(width, height);
        int count = checked(width * height);
        if (pixels.Length < count)
            throw new ArgumentException($"An image of {width}x{height} needs {count} pixels, not {pixels.Length}.", nameof(pixels));
        return PngWriter.Encode(MemoryMarshal.AsBytes(pixels[..count]), width, height, 1, bits: 16);
    }

    private static byte[] Pack(ReadOnlySpan<byte> pixels, int width, int height, int stride, int bytesPerPixel)
    {
        int row = width * bytesPerPixel;
        byte[] packed = new byte[checked(row * height)];
        for (int y = 0; y < height; y++)
            pixels.Slice(y * stride, row).CopyTo(packed.AsSpan(y * row));
        return packed;
    }

    private static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
    }
}
