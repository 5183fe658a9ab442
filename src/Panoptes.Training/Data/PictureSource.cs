using Panoptes.Imaging;

namespace Panoptes.Training.Data;

/// <summary>
/// Reads the pictures of a data set at the sizes asked for, and keeps them decoded where the whole set fits in memory. Safe for
/// several threads.
/// </summary>
public sealed class PictureSource
{
    private readonly IReadOnlyList<PictureRecord> _records;
    private readonly Image?[]? _cache;
    private readonly bool _cacheResized;

    /// <summary>Opens a data set.</summary>
    /// <param name="records">Its pictures.</param>
    /// <param name="fixedSize">
    /// For each picture the only transform it will be asked for, which lets the cache hold resized pictures; null when sizes vary.
    /// </param>
    /// <param name="cacheBytes">Pictures are kept decoded when all of them together need no more than this; 0 keeps none.</param>
    public PictureSource(IReadOnlyList<PictureRecord> records, Func<PictureRecord, PictureTransform>? fixedSize, long cacheBytes)
    {
        _records = records;
        long original = records.Sum(record => 3L * record.Width * record.Height);
        long resized = fixedSize is null ? long.MaxValue : records.Sum(record => ByteCount(fixedSize(record)));
        _cacheResized = fixedSize is not null;
        CachedBytes = Math.Max(0, _cacheResized ? resized : original);
        if (CachedBytes <= cacheBytes)
            _cache = new Image?[records.Count];
        else
            CachedBytes = 0;
    }

    /// <summary>What the cache will hold once every picture was read, in bytes; 0 without a cache.</summary>
    public long CachedBytes { get; }

    /// <summary>Number of pictures.</summary>
    public int Count => _records.Count;

    /// <summary>A picture's record.</summary>
    public PictureRecord this[int index] => _records[index];

    /// <summary>Reads a picture and its objects at the size and side of <paramref name="transform"/>.</summary>
    /// <exception cref="InputException">The file cannot be read, or is not of the size that the annotations state.</exception>
    public TrainingSample Read(int index, PictureTransform transform)
    {
        PictureRecord record = _records[index];
        // Two threads may decode one picture at the same time; the pictures are equal, so either may stay.
        Image? image = _cache is null ? null : Volatile.Read(ref _cache[index]);
        if (image is null)
        {
            image = Decode(record);
            if (_cacheResized)
                image = transform.Resize(image);
            if (_cache is not null)
                Volatile.Write(ref _cache[index], image);
        }
        return TrainingSample.Create(record, transform, _cacheResized ? image : transform.Resize(image));
    }

    private static Image Decode(PictureRecord record)
    {
        Image image;
        try
        {
            image = Image.Load(record.Path);
        }
        catch (Exception error) when (error is not InputException and not OperationCanceledException and not OutOfMemoryException)
        {
            throw new InputException($"{record.Path}: the picture cannot be read: {error.Message}", error);
        }
        if (image.Width != record.Width || image.Height != record.Height)
        {
            string hint = image.Width == record.Height && image.Height == record.Width
                ? "; width and height changed places: were the annotations made without the file's EXIF orientation?"
                : "";
            throw new InputException(
                $"{record.Path}: the annotations state {record.Width}x{record.Height} pixels, the file has "
                + $"{image.Width}x{image.Height}{hint}");
        }
        return image;
    }

    private static long ByteCount(PictureTransform transform) => 3L * transform.Width * transform.Height;
}
