namespace Panoptes.Training.Data;

/// <summary>
/// The endless stream of batches: each epoch is a fresh permutation that only the seed and the epoch decide. With grouping,
/// wide and tall images wait in two lines, and a line that has a batch together goes (as in detectron2); who is left waits on
/// into the next epoch.
/// </summary>
internal sealed class BatchPlanner
{
    private readonly Func<int, bool> _isWide;
    private readonly LoaderOptions _options;
    private readonly int[] _order;
    private readonly List<PlannedImage>[] _lines = [[], []];
    private long _epoch = -1;
    private int _next;
    private long _batches;

    public BatchPlanner(int imageCount, Func<int, bool> isWide, LoaderOptions options)
    {
        _isWide = isWide;
        _options = options;
        _order = new int[imageCount];
        _next = imageCount;
    }

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
            return new BatchPlan(number, (double)_batches * _options.BatchSize / _order.Length, items);
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
            for (int i = 0; i < _order.Length; i++)
                _order[i] = i;
            RandomStream random = new(_options.Seed, RandomPurpose.Order, (ulong)_epoch);
            random.Shuffle<int>(_order);
        }
        return new PlannedImage(_order[_next++], _epoch);
    }
}
