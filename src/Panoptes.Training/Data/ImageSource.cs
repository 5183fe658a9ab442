using Panoptes.Imaging;

namespace Panoptes.Training.Data;

/// <summary>
/// Reads the images of a dataset at the sizes asked for, and keeps them decoded where the whole set fits in memory. Safe for
/// several threads.
/// </summary>
internal sealed class ImageSource
{
    private readonly IReadOnlyList<ImageRecord> _records;
    private readonly Image?[]? _cache;
    private readonly SegmentPixels?[]? _segmentCache;
    private readonly bool _cacheResized;
    private readonly DecodeOptions _decoding;
    private readonly FirstWarning _warning;

    /// <summary>Opens a dataset.</summary>
    /// <param name="records">Its images.</param>
    /// <param name="fixedSize">
    /// For each image the only transform it will be asked for, which lets the cache hold resized images; null when sizes vary.
    /// </param>
    /// <param name="cacheBytes">Images are kept decoded when all of them together need no more than this; 0 keeps none.</param>
    /// <param name="limits">How large the images may be; null for the defaults.</param>
    /// <param name="warn">Told the first warning of <see cref="Image.Warnings"/>, from any thread; null to ignore it.</param>
    public ImageSource(
        IReadOnlyList<ImageRecord> records,
        Func<ImageRecord, ImageTransform>? fixedSize,
        long cacheBytes,
        InputLimits? limits = null,
        Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        _warning = new FirstWarning(warn);
        _records = records;
        _decoding = new DecodeOptions { Limits = limits ?? InputLimits.Default };
        long original = records.Sum(record => 3L * record.Width * record.Height);
        long resized = fixedSize is null ? long.MaxValue : records.Sum(record => ByteCount(fixedSize(record)));
        _cacheResized = fixedSize is not null;
        CachedBytes = Math.Max(0, _cacheResized ? resized : original);
        if (CachedBytes <= cacheBytes)
            (_cache, _segmentCache) = (new Image?[records.Count], new SegmentPixels?[records.Count]);
        else
            CachedBytes = 0;
    }

    /// <summary>
    /// What the cache will hold once every image was read, in bytes; 0 without a cache. Run lengths of segments, a few percent of it,
    /// are not counted.
    /// </summary>
    public long CachedBytes { get; }

    /// <summary>Number of images.</summary>
    public int Count => _records.Count;

    /// <summary>An image's record.</summary>
    public ImageRecord this[int index] => _records[index];

    /// <summary>Reads an image and its objects at the size and side of <paramref name="transform"/>.</summary>
    /// <exception cref="InputException">
    /// A file cannot be read, is not of the size that the annotations state, or has other segments than they have.
    /// </exception>
    public TrainingSample Read(int index, ImageTransform transform)
    {
        ImageRecord record = _records[index];
        // Two threads may decode one image at the same time; the images are equal, so either may stay.
        Image? image = _cache is null ? null : Volatile.Read(ref _cache[index]);
        if (image is null)
        {
            image = Decode(record);
            if (_cacheResized)
                image = transform.Resize(image);
            if (_cache is not null)
                Volatile.Write(ref _cache[index], image);
        }
        Image resized = _cacheResized ? image : transform.Resize(image);
        return record.Panoptic is { } panoptic
            ? TrainingSample.Create(record, transform, resized, ReadSegments(index, panoptic, transform))
            : TrainingSample.Create(record, transform, resized);
    }

    private SegmentPixels ReadSegments(int index, PanopticRecord panoptic, ImageTransform transform)
    {
        SegmentPixels? pixels = _segmentCache is null ? null : Volatile.Read(ref _segmentCache[index]);
        if (pixels is null)
        {
            int[] ids = [.. panoptic.Segments.Select(segment => segment.Id)];
            pixels = SegmentPixels.Load(panoptic.Path, ids, transform.OriginalWidth, transform.OriginalHeight);
            if (_cacheResized)
                pixels = pixels.Resize(transform.Whole.Width, transform.Whole.Height);
            if (_segmentCache is not null)
                Volatile.Write(ref _segmentCache[index], pixels);
        }
        return pixels.Resize(transform.Whole.Width, transform.Whole.Height);
    }

    private Image Decode(ImageRecord record)
    {
        Image image;
        try
        {
            image = Image.Load(record.Path, _decoding);
            _warning.Look(image);
        }
        catch (Exception error) when (error is not InputException and not OperationCanceledException and not OutOfMemoryException)
        {
            throw new InputException(InputErrorKind.Unreadable, record.Path, null, $"the image cannot be read: {error.Message}", error);
        }
        if (image.Width != record.Width || image.Height != record.Height)
        {
            string hint = image.Width == record.Height && image.Height == record.Width
                ? "; width and height changed places: were the annotations made without the file's EXIF orientation?"
                : "";
            throw new InputException(
                InputErrorKind.Invalid, record.Path, null,
                $"the annotations state {record.Width}x{record.Height} pixels, the file has "
                + $"{image.Width}x{image.Height}{hint}");
        }
        return image;
    }

    private static long ByteCount(ImageTransform transform) => 3L * transform.Width * transform.Height;
}
