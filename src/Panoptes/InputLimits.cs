namespace Panoptes;

/// <summary>
/// How large an input may be: images, masks, and the text of datasets, configurations and models. Readers compare what a file declares
/// with these before they take memory for it, and refuse what is above with an <see cref="InputException"/> of the kind
/// <see cref="InputErrorKind.TooLarge"/>. The defaults let through all that the library can work with, and stop what was made to exhaust
/// a machine; a service that takes files from strangers sets them lower.
/// </summary>
public sealed record InputLimits
{
    /// <summary>The defaults.</summary>
    public static InputLimits Default { get; } = new();

    /// <summary>The most pixels of an image or a mask, before any scaling (default 200 million).</summary>
    public long MaxPixels { get; init; } = 200_000_000;

    /// <summary>
    /// The most pixels of an image that is read in regions, which holds a few rows of it at a time (default 2,147,483,647: as many as a
    /// mask can have). What it bounds is time.
    /// </summary>
    public long MaxTiledPixels { get; init; } = int.MaxValue;

    /// <summary>The most columns, and the most rows, of an image or a mask, before any scaling (default 100,000).</summary>
    public int MaxSide { get; init; } = 100_000;

    /// <summary>
    /// The most pixels for each byte of an image's file, where it has more than 16 million pixels (default 4,096): a file that is
    /// smaller holds one color, or was made to fill the memory.
    /// </summary>
    public int MaxPixelsPerByte { get; init; } = 4096;

    /// <summary>The most levels of lists and objects within each other in JSON, YAML and XML (default 64).</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>
    /// The most elements of a document that is held as a whole, as configurations and data.yaml are (default 1 million).
    /// COCO files are read piece by piece, and may hold any number.
    /// </summary>
    public int MaxElements { get; init; } = 1_000_000;

    /// <summary>The most runs that the outline of one mask may make: its edges times the columns that each crosses (default
    /// 4 million).</summary>
    public int MaxRuns { get; init; } = 4_000_000;

    /// <summary>
    /// The most bytes of an image's file or stream, which is held in memory while it is decoded (default 1 GiB). A TIFF that is read from a
    /// path, and images that are read in regions, are read piece by piece: <see cref="MaxPixels"/> and <see cref="MaxTiledPixels"/> bound
    /// them instead.
    /// </summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>The most bytes of a text that is held as a whole (default 64 MiB).</summary>
    public long MaxTextBytes { get; init; } = 64L << 20;
}
