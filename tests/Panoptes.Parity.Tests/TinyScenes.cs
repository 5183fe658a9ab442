using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Parity.Tests;

/// <summary>
/// One batch of three small images with what makes targets hard: objects that overlap, leave the image, differ fiftyfold in size,
/// miss every location, measure one pixel; and an image without any.
/// </summary>
internal sealed class TinyScenes : IDisposable
{
    public const int Classes = 3;

    private const int Height = 120;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-parity-");

    /// <summary>Makes the batch as a configuration wants it; dispose it.</summary>
    public Batch Load(PanoptesConfig config)
    {
        ImageRecord[] records =
        [
            Record(0, 160, Ellipse(0, 80, 60, 70, 52), Ellipse(1, 100, 50, 12, 9), Triangle(2, 20, 20, 70, 30, 30, 90), Line(1, 20, 2, 90)),
            Record(1, 150),
            Record(2, 130, Ellipse(0, 40, 40, 30, 30), Ellipse(0, 62, 48, 24, 30), Ellipse(2, 125, 110, 25, 30), Line(2, 7, 100, 8)),
        ];
        LoaderOptions options = LoaderOptions.FromConfig(config) with
        {
            Input = config.Input with { ShortSide = [Height], LongSide = 1000 },
            BatchSize = records.Length,
            Workers = 0,
        };
        using ValidationLoader loader = new(records, options);
        return loader.Next(TestContext.Current.CancellationToken)!;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ImageRecord Record(int number, int width, params ReadOnlySpan<double[]> objects)
    {
        string path = Path.Combine(_folder.FullName, $"{number}.png");
        Image image = new(width, Height);
        RandomStream random = new(9, (ulong)number);
        foreach (ref byte value in image.Pixels)
        {
            value = (byte)random.NextInt(256);
        }

        image.SavePng(path);
        List<ObjectRecord> records = new();
        foreach (double[] drawn in objects)
        {
            double[] polygon = drawn[1..];
            Rle mask = Rle.FromPolygons([polygon], Height, width);
            records.Add(new ObjectRecord { ClassIndex = (int)drawn[0], Box = mask.Bounds, Mask = mask });
        }

        return new ImageRecord(number, path, width, Height, records);
    }

    // Each shape is its class followed by its corners.
    private static double[] Ellipse(int classIndex, double x, double y, double radiusX, double radiusY) =>
    [
        classIndex,
        .. Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            x + (radiusX * Math.Cos(i * Math.PI / 20)),
            y + (radiusY * Math.Sin(i * Math.PI / 20)),
        }),
    ];

    private static double[] Triangle(int classIndex, params double[] corners) => [classIndex, .. corners];

    private static double[] Line(int classIndex, double left, double top, double right) =>
        [classIndex, left, top, right, top, right, top + 1, left, top + 1];
}
