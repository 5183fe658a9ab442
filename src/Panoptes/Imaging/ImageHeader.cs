using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>Describes an image file by its first bytes, without decoding it.</summary>
/// <param name="Stored">The size as stored, in pixels, before the orientation is applied.</param>
/// <param name="Orientation">The EXIF orientation, 1 (upright) to 8.</param>
public readonly record struct ImageHeader(ImageSize Stored, int Orientation)
{
    /// <summary>The orientation of an image that needs no turning.</summary>
    public const int NotTurned = ExifOrientation.Upright;

    /// <summary>The size of the image turned upright, in pixels.</summary>
    public ImageSize Upright => SwapsSides ? new(Stored.Height, Stored.Width) : Stored;

    /// <summary>Whether turning the image upright swaps its sides.</summary>
    public bool SwapsSides => ExifOrientation.SwapsSides(Orientation);

    /// <summary>Reads the header of a file, from as much of its beginning as that takes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file cannot be read, is not an image, or its header is damaged.</exception>
    public static ImageHeader Read(string path) => ImageDecoder.ReadHeader(path);
}
