namespace Panoptes.Imaging;

/// <summary>Describes an image file by its first bytes, without decoding it.</summary>
/// <param name="Stored">The size as stored, in pixels, before the orientation is applied.</param>
/// <param name="Orientation">The EXIF orientation, 1 (upright) to 8.</param>
internal readonly record struct ImageHeader(ImageSize Stored, int Orientation)
{
    /// <summary>The orientation of an image that needs no turning.</summary>
    public const int NotTurned = 1;

    /// <summary>The size of the image turned upright, in pixels.</summary>
    public ImageSize Upright => SwapsSides ? new(Stored.Height, Stored.Width) : Stored;

    /// <summary>Whether turning the image upright swaps its sides.</summary>
    public bool SwapsSides => Orientation >= 5;
}
