using Panoptes.Imaging;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Benchmarks.CiaeLosses;

/// <summary>Images of six bands of stuff with discs of many sizes on them, without void, in a temporary folder.</summary>
internal sealed class MadeUpImages(int width, int height, int things, int stuff) : IDisposable
{
    private const int Bands = 6;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-bench");

    /// <summary>A batch of them, not resized.</summary>
    public Batch Load(PanoptesConfig config, int count)
    {
        LoaderOptions options = LoaderOptions.FromConfig(config) with
        {
            Input = config.Input with { ShortSide = [Math.Min(width, height)], LongSide = Math.Max(width, height) },
            BatchSize = count,
            Workers = 0,
        };
        using ValidationLoader loader = new([.. Enumerable.Range(0, count).Select(Record)], options);
        return loader.Next()!;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ImageRecord Record(int n)
    {
        string path = Path.Combine(_folder.FullName, $"{n}.png"), labels = Path.Combine(_folder.FullName, $"labels{n}.png");
        new Image(width, height).SavePng(path);
        LabelMap map = new(width, height);
        for (int y = 0; y < height; y++)
        {
            map.Row(y).Fill(1 + (y * Bands / height));
        }

        for (int k = 0; k < things; k++)
        {
            Disc(map, 1 + Bands + k, n, k);
        }

        HashSet<int> present = [.. map.Labels];
        SegmentRecord[] segments =
        [
            .. present.Order().Select(id => id <= Bands
                ? new SegmentRecord(id, (id * 7) % stuff, IsThing: false, IsCrowd: false)
                : new SegmentRecord(id, id - 1 - Bands, IsThing: true, IsCrowd: false)),
        ];
        map.SavePng(labels);
        return new ImageRecord(n + 1, path, width, height, []) { Panoptic = new PanopticRecord(labels, stuff, segments) };
    }

    private void Disc(LabelMap map, int id, int n, int k)
    {
        double radius = Math.Min(width, height) * (0.2 - (0.17 * k / things)); // small ones in front
        double x = width * (0.1 + (0.8 * (((k * 0.37) + (n * 0.21)) % 1)));
        double y = height * (0.1 + (0.8 * (((k * 0.61) + (n * 0.43)) % 1)));
        for (int row = Math.Max(0, (int)(y - radius)); row < Math.Min(height, y + radius); row++)
        {
            double half = Math.Sqrt(Math.Max(0, (radius * radius) - ((row + 0.5 - y) * (row + 0.5 - y))));
            int left = Math.Max(0, (int)(x - half));
            int right = Math.Min(width, (int)(x + half));
            map.Row(row)[left..Math.Max(left, right)].Fill(id);
        }
    }
}
