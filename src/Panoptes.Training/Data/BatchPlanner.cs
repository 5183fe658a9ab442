namespace Panoptes.Training.Data;

/// <summary>
/// The endless stream of batches: each epoch is a fresh permutation that only the seed and the epoch decide. With grouping,
/// wide and tall images wait in two lines, and a line that has a batch together goes (as in detectron2); who is left waits on
/// into the next epoch. With repeat factors an image comes as often as its factor says, its fraction by chance in each epoch.
/// </summary>
internal sealed class BatchPlanner
{
    private readonly Func<int, bool> _isWide;
    private readonly LoaderOptions _options;
    private readonly double[] _repeats;
    private PlannedImage[] _order = [];
    private readonly List<PlannedImage>[] _lines = [[], []];
    private long _epoch = -1;
    private int _next;
    private long _batches;

    /// <summary>Starts at the first epoch.</summary>
    /// <param name="repeats">How often each image comes in an epoch, 1 or more.</param>
    /// <param name="isWide">Which images are wide.</param>
    /// <param name="options">Batch size, grouping and seed.</param>
    public BatchPlanner(double[] repeats, Func<int, bool> isWide, LoaderOptions options)
    {
        _repeats = repeats;
        _isWide = isWide;
        _options = options;
        ImagesPerEpoch = repeats.Sum();
    }

    /// <summary>Images in an epoch, on average.</summary>
    public double ImagesPerEpoch { get; }

    /// <summary>The next batch's images.</summary>
    public BatchPlan Next()
    {
        while (true)
        {
            PlannedImage image = NextImage();
            List<PlannedImage> line = _lines[_options.AspectGrouping && _isWide(image.Index) ? 1 : 0];
            line.Add(image);
            if (line.Count < _options.BatchSize)
                continue;
            PlannedImage[] items = [.. line];
            line.Clear();
            long number = _batches++;
            return new BatchPlan(number, _batches * _options.BatchSize / ImagesPerEpoch, items);
        }
    }

    /// <summary>Passes over batches without planning their images' reading: the way to a saved position.</summary>
    public void Skip(long batches)
    {
        for (long i = 0; i < batches; i++)
            Next();
    }

    private PlannedImage NextImage()
    {
        if (_next == _order.Length)
        {
            _epoch++;
            _next = 0;
            _order = [.. Enumerable.Range(0, _repeats.Length).SelectMany(Repeated)];
            RandomStream random = new(_options.Seed, RandomPurpose.Order, (ulong)_epoch);
            random.Shuffle<PlannedImage>(_order);
        }
        return _order[_next++];
    }

    private IEnumerable<PlannedImage> Repeated(int index)
    {
        int count = (int)_repeats[index];
        if (count < _repeats[index])
        {
            RandomStream random = new(_options.Seed, RandomPurpose.Repeats, (ulong)_epoch, (ulong)index);
            count += random.NextBool(_repeats[index] - count) ? 1 : 0;
        }
        return Enumerable.Range(0, count).Select(repeat => new PlannedImage(index, _epoch, repeat));
    }
}
