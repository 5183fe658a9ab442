namespace Panoptes.Imaging;

/// <summary>
/// Says how an image is decoded, and how large it may be. The limits are checked against the file's header, before memory is taken.
/// </summary>
public sealed record DecodeOptions
{
    /// <summary>The defaults: full size, upright, whole files only, sides up to 100,000 and at most 200 million pixels.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// When positive, a JPEG is decoded at the smallest of the scales 1, 1/2, 1/4 and 1/8 whose short side is still at least this
    /// many pixels (sides are rounded down), which takes a fraction of the time of a full decode. 0 (default) decodes at full size.
    /// Other formats are always decoded at full size.
    /// </summary>
    public int MinShortSide { get; init; }

    /// <summary>Whether the image is turned upright by its EXIF orientation (default true). An AVIF is always upright.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>
    /// Whether a JPEG that ends early is decoded as far as it goes, the rest gray (default false: it is an <see cref="InputException"/>).
    /// </summary>
    public bool AcceptTruncated { get; init; }

    /// <summary>The most pixels, before any scaling, that an image may have (default 200 million): a guard against decompression
    /// bombs.</summary>
    public long MaxPixels { get; init; } = 200_000_000;

    /// <summary>The most columns, and the most rows, before any scaling, that an image may have (default 100,000).</summary>
    public int MaxSide { get; init; } = 100_000;

    /// <summary>The most bytes that are read of a stream or a file (default 1 GiB).</summary>
    public long MaxBytes { get; init; } = 1L << 30;
}
