namespace Panoptes.Imaging;

/// <summary>A file format of images.</summary>
public enum ImageFormat
{
    /// <summary>JPEG: baseline and progressive; gray, color, CMYK and YCCK. Read and written.</summary>
    Jpeg,

    /// <summary>PNG: 1 to 16 bits, gray, palette and color, interlaced or not. Read and written.</summary>
    Png,

    /// <summary>WebP, lossy and lossless. Read and written.</summary>
    WebP,

    /// <summary>TIFF of 1 to 16 bits a channel: gray, palette, color and CMYK; the first page. Read.</summary>
    Tiff,

    /// <summary>GIF, the first frame. Read.</summary>
    Gif,

    /// <summary>BMP of 1 to 32 bits, run lengths included. Read.</summary>
    Bmp,

    /// <summary>AVIF. Read.</summary>
    Avif,
}
