namespace Panoptes.Imaging;

/// <summary>How the pixels of a caller's buffer lie in memory; one byte a channel, interleaved.</summary>
public enum PixelFormat
{
    /// <summary>3 bytes a pixel: red, green, blue. The format of <see cref="Image"/> itself.</summary>
    Rgb24,

    /// <summary>3 bytes a pixel: blue, green, red (OpenCV, GDI+).</summary>
    Bgr24,

    /// <summary>4 bytes a pixel: red, green, blue, alpha. Alpha is ignored on the way in and 255 on the way out.</summary>
    Rgba32,

    /// <summary>4 bytes a pixel: blue, green, red, alpha (SkiaSharp, WPF). Alpha is ignored on the way in and 255 on the way out.</summary>
    Bgra32,

    /// <summary>1 byte a pixel: gray.</summary>
    Gray8,
}
