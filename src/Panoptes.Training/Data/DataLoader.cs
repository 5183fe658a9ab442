namespace Panoptes.Training.Data;

/// <summary>
/// An endless, shuffled stream of training batches, made ahead of time by a few threads. What a batch holds depends on the seed
/// and on its number, never on the threads: a run that continues from a saved <see cref="Position"/> sees the same bits.
/// </summary>
/// <remarks>For one consumer thread; <see cref="Dispose"/> stops the threads.</remarks>
internal sealed class DataLoader : IDisposable
{
    private readonly BatchQueue _queue;
    private readonly LoaderShare _share;

    /// <summary>Starts the stream.</summary>
    /// <param name="images">The dataset.</param>
    /// <param name="options">How batches are made.</param>
    /// <param name="position">Where to go on; null for the beginning.</param>
    /// <exception cref="InputException">
    /// The dataset is empty, an image's file is missing, or the position belongs to another stream.
    /// </exception>
    public DataLoader(IReadOnlyList<ImageRecord> images, LoaderOptions options, LoaderPosition? position = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        if (images.Count == 0)
        {
            throw InputException.ForSetting(
                null,
                "there is no image to train on: the dataset is empty, or no image of it has an object",
                InputErrorKind.NotFound);
        }

        MissingFiles.RequireAll(images);
        _share = options.Share;
        Position = new LoaderPosition(0, options.Seed, options.BatchSize, images.Count, options.AspectGrouping);
        double[] repeats = options.RepeatThreshold is { } threshold
            ? RepeatFactors.Of(images, threshold)
            : [.. Enumerable.Repeat(1.0, images.Count)];
        BatchPlanner planner = new(repeats, index => images[index].IsWide, options);
        BatchesPerEpoch = planner.ImagesPerEpoch / options.BatchSize;
        if (position is not null)
        {
            RequireSameStream(position);
            planner.Skip(position.Batches);
            Position = position;
        }

        Augmentation augmentation = new(options.Input);
        Source = new ImageSource(images, FixedSize(augmentation), options.EffectiveCacheBytes, options.Limits, options.Warn);
        BatchMaker maker = new(new AugmentedSource(Source, augmentation, options).Read, options);
        _queue = new BatchQueue(NextOwn, maker.Make, options.Workers, options.Prefetch);

        BatchPlan NextOwn()
        {
            BatchPlan plan;
            do
            {
                plan = planner.Next();
            }
            while (!_share.Holds(plan.Number));

            return plan;
        }
    }

    /// <summary>Where the stream stands: behind the last batch that <see cref="Next"/> gave.</summary>
    public LoaderPosition Position { get; private set; }

    /// <summary>The images.</summary>
    public ImageSource Source { get; }

    /// <summary>Batches in one time through the dataset; a fraction where they do not divide evenly.</summary>
    public double BatchesPerEpoch { get; }

    /// <summary>The next batch. Dispose it when its arrays are no longer looked at.</summary>
    /// <param name="cancellationToken">Ends the wait; the stream can be continued.</param>
    /// <exception cref="InputException">An image of this batch cannot be used; the message names its file.</exception>
    public Batch Next(CancellationToken cancellationToken = default)
    {
        Batch batch = _queue.Take(cancellationToken)!;
        Position = Position with { Batches = _share.TakenAfter(batch.Number) };
        return batch;
    }

    /// <summary>Stops the threads. Batches already handed out stay valid.</summary>
    public void Dispose() => _queue.Dispose();

    private static Func<ImageRecord, ImageTransform>? FixedSize(Augmentation augmentation)
    {
        if (!augmentation.HasOneSize)
            return null;
        return record =>
        {
            RandomStream random = new(0);
            return augmentation.Draw(record.Width, record.Height, ref random);
        };
    }

    private void RequireSameStream(LoaderPosition position)
    {
        Check("seed", position.Seed, Position.Seed);
        Check("batch size", position.BatchSize, Position.BatchSize);
        Check("number of images", position.Images, Position.Images);
        Check("aspect grouping", position.AspectGrouping, Position.AspectGrouping);

        static void Check<T>(string name, T saved, T now)
            where T : notnull
        {
            if (!saved.Equals(now))
                throw InputException.ForSetting(null, $"the run cannot be resumed on other data: its {name} was {saved}, now it is {now}");
        }
    }
}
