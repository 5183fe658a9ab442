namespace Panoptes.Imaging;

/// <summary>Rows of pixels from one layout to another.</summary>
internal static class PixelConversion
{
    /// <summary>Bytes of a pixel.</summary>
    public static int BytesPerPixel(PixelFormat format) => format switch
    {
        PixelFormat.Rgb24 or PixelFormat.Bgr24 => 3,
        PixelFormat.Rgba32 or PixelFormat.Bgra32 => 4,
        PixelFormat.Gray8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown pixel format."),
    };

    /// <summary>Throws unless a buffer holds an image of the given size, stride and format.</summary>
    public static void CheckBuffer(int length, int width, int height, int stride, PixelFormat format)
    {
        int row = checked(width * BytesPerPixel(format));
        if (stride < row)
        {
            throw new ArgumentException(
                $"A stride of {stride} bytes is too small for {width} pixels of {format} ({row} bytes).", nameof(stride));
        }

        long needed = ((long)stride * (height - 1)) + row;
        if (length < needed)
        {
            throw new ArgumentException(
                $"A buffer of {length} bytes is too small: {width}x{height} {format} with stride {stride} takes {needed}.", nameof(length));
        }
    }

    /// <summary>One row to RGB; the length of <paramref name="rgb"/> decides how many pixels.</summary>
    public static void ToRgb(ReadOnlySpan<byte> source, Span<byte> rgb, PixelFormat format)
    {
        if (format == PixelFormat.Rgb24)
        {
            source[..rgb.Length].CopyTo(rgb);
            return;
        }

        int step = BytesPerPixel(format);
        (int red, int green, int blue) = Offsets(format);
        for (int from = 0, to = 0; to < rgb.Length; from += step, to += 3)
        {
            rgb[to] = source[from + red];
            rgb[to + 1] = source[from + green];
            rgb[to + 2] = source[from + blue];
        }
    }

    /// <summary>One row of RGB to another format.</summary>
    public static void FromRgb(ReadOnlySpan<byte> rgb, Span<byte> destination, PixelFormat format)
    {
        if (format == PixelFormat.Rgb24)
        {
            rgb.CopyTo(destination);
            return;
        }

        int step = BytesPerPixel(format);
        (int red, int green, int blue) = Offsets(format);
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += step)
        {
            if (step == 1)
            {
                destination[to] = Luma(rgb[from], rgb[from + 1], rgb[from + 2]);
                continue;
            }

            destination[to + red] = rgb[from];
            destination[to + green] = rgb[from + 1];
            destination[to + blue] = rgb[from + 2];
            if (step == 4)
                destination[to + 3] = 255;
        }
    }

    /// <summary>0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) in 16-bit fixed point, rounded: PIL's <c>convert("L")</c>.</summary>
    public static byte Luma(byte red, byte green, byte blue) => (byte)(((red * 19595) + (green * 38470) + (blue * 7471) + 0x8000) >> 16);

    private static (int Red, int Green, int Blue) Offsets(PixelFormat format) => format switch
    {
        PixelFormat.Bgr24 or PixelFormat.Bgra32 => (2, 1, 0),
        PixelFormat.Gray8 => (0, 0, 0),
        _ => (0, 1, 2),
    };
}
