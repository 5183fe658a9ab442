namespace Panoptes.Imaging.Codecs;

/// <summary>What the head of a file tells without decoding it.</summary>
/// <param name="Stored">The size as stored, before the orientation is applied.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8.</param>
internal readonly record struct ImageHeader(ImageSize Stored, int Orientation)
{
    /// <summary>The size of the image turned upright.</summary>
    public ImageSize Upright => ExifOrientation.SwapsSides(Orientation) ? new(Stored.Height, Stored.Width) : Stored;
}

/// <summary>The outcome of reading a header from the beginning of a file.</summary>
internal enum HeaderStatus
{
    /// <summary>The header was read.</summary>
    Found,

    /// <summary>The data ended before the header was complete.</summary>
    Incomplete,

    /// <summary>The data is not what its first bytes announce.</summary>
    Invalid,
}
