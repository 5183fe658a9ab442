using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

/// <summary>A small dataset of made-up images in a temporary folder.</summary>
internal sealed class ImageSet : IDisposable
{
    private readonly List<ImageRecord> _records = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("panoptes-data-").FullName;

    public IReadOnlyList<ImageRecord> Records => _records;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Adds an image of random colors.</summary>
    public ImageRecord Add(int width, int height, params ObjectRecord[] objects) => Add(width, height, record => record, objects);

    /// <summary>Adds an image of random colors whose record is changed.</summary>
    public ImageRecord Add(int width, int height, Func<ImageRecord, ImageRecord> change, params ObjectRecord[] objects)
    {
        Image image = new(width, height);
        RandomStream random = new(77, (ulong)_records.Count);
        foreach (ref byte value in image.Pixels)
            value = (byte)random.NextInt(256);
        string path = Path.Combine(Folder, $"{_records.Count}.png");
        image.SavePng(path);
        ImageRecord record = change(new ImageRecord(100 + _records.Count, path, width, height, objects));
        _records.Add(record);
        return record;
    }

    /// <summary>A set with objects in both forms, wide and tall.</summary>
    public static ImageSet Create(int count)
    {
        ImageSet set = new();
        RandomStream random = new(5);
        for (int i = 0; i < count; i++)
        {
            int width = random.NextInt(40, 90), height = random.NextInt(40, 90);
            ObjectRecord[] objects = [.. Enumerable.Range(0, random.NextInt(4)).Select(_ => RandomObject(width, height, ref random))];
            set.Add(width, height, objects);
        }
        return set;
    }

    /// <summary>An ellipse: as a polygon or as run lengths.</summary>
    public static ObjectRecord RandomObject(int width, int height, ref RandomStream random)
    {
        double radiusX = random.NextInt(4, width / 3), radiusY = random.NextInt(4, height / 3);
        double x = radiusX + random.NextDouble() * (width - 2 * radiusX), y = radiusY + random.NextDouble() * (height - 2 * radiusY);
        double[] polygon = new double[48];
        for (int i = 0; i < 24; i++)
        {
            polygon[2 * i] = x + radiusX * Math.Cos(i * Math.PI / 12);
            polygon[2 * i + 1] = y + radiusY * Math.Sin(i * Math.PI / 12);
        }
        int classIndex = random.NextInt(5);
        if (random.NextBool())
        {
            Box box = new(x - radiusX, y - radiusY, x + radiusX, y + radiusY);
            return new ObjectRecord { ClassIndex = classIndex, Box = box, Polygons = [polygon] };
        }
        Rle mask = Rle.FromPolygons([polygon], height, width);
        return new ObjectRecord { ClassIndex = classIndex, Box = mask.Bounds, Mask = mask };
    }

    public static LoaderOptions Options(int shortSide, int batchSize = 2, int workers = 0, double flip = 0.5) => new()
    {
        Input = new InputConfig { ShortSide = [shortSide], LongSide = 2 * shortSide, Flip = flip },
        BatchSize = batchSize,
        Workers = workers,
        Seed = 3,
    };
}
