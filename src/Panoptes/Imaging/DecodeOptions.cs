namespace Panoptes.Imaging;

/// <summary>How a JPEG or PNG is decoded.</summary>
public sealed record DecodeOptions
{
    /// <summary>The defaults: full size, upright, whole files only, at most 200 million pixels.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// When positive, a JPEG is decoded at the smallest of the scales 1, 1/2, 1/4 and 1/8 whose short side is still at least this
    /// many pixels, which costs a fraction of the time of a full decode. 0 (default) decodes at full size. PNG knows no scales.
    /// </summary>
    public int MinShortSide { get; init; }

    /// <summary>Whether the picture is turned upright by its EXIF orientation (default true).</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>
    /// Whether a JPEG that ends early is decoded as far as it goes, the rest grey (default false: it is an <see cref="InputException"/>).
    /// </summary>
    public bool AcceptTruncated { get; init; }

    /// <summary>
    /// The most pixels, before any scaling, that a file may declare (default 200 million); a guard against decompression bombs.
    /// </summary>
    public long MaxPixels { get; init; } = 200_000_000;
}
