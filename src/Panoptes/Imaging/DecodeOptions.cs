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

    /// <summary>
    /// Ends the reading and the decoding with an <see cref="OperationCanceledException"/>, within a part of a second however large the
    /// image is. <c>Image.LoadAsync</c> has its own.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>How large the image may be; a guard against decompression bombs.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary><see cref="InputLimits.MaxPixels"/> of <see cref="Limits"/>.</summary>
    public long MaxPixels
    {
        get => Limits.MaxPixels;
        init => Limits = Limits with { MaxPixels = value };
    }

    /// <summary><see cref="InputLimits.MaxSide"/> of <see cref="Limits"/>.</summary>
    public int MaxSide
    {
        get => Limits.MaxSide;
        init => Limits = Limits with { MaxSide = value };
    }

    /// <summary><see cref="InputLimits.MaxBytes"/> of <see cref="Limits"/>.</summary>
    public long MaxBytes
    {
        get => Limits.MaxBytes;
        init => Limits = Limits with { MaxBytes = value };
    }
}
