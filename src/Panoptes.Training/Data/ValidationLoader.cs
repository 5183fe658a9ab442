namespace Panoptes.Training.Data;

/// <summary>
/// Each image of a dataset once, in order, at the size of evaluation and never mirrored; made ahead of time by a few threads.
/// </summary>
/// <remarks>For one consumer thread; <see cref="Dispose"/> stops the threads.</remarks>
internal sealed class ValidationLoader : IDisposable
{
    private readonly BatchQueue _queue;

    /// <summary>Starts at the first image.</summary>
    /// <param name="images">The dataset.</param>
    /// <param name="options">How batches are made; seed, grouping and the training sizes play no part.</param>
    /// <exception cref="InputException">An image's file is missing.</exception>
    public ValidationLoader(IReadOnlyList<ImageRecord> images, LoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(images);
        MissingFiles.RequireAll(images);
        Augmentation augmentation = new(options.Input);
        ImageSource source = new(images, fixedSize: null, cacheBytes: 0, options.Limits, options.Warn);
        BatchMaker maker = new(
            item => source.Read(item.Index, augmentation.ForEvaluation(source[item.Index].Width, source[item.Index].Height)), options);
        IEnumerator<BatchPlan> plans = Plan(images.Count, options.BatchSize).GetEnumerator();
        _queue = new BatchQueue(() => plans.MoveNext() ? plans.Current : null, maker.Make, options.Workers, options.Prefetch);
    }

    /// <summary>The next batch, or null after the last; the last may hold fewer images.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InputException">An image of this batch cannot be used; the message names its file.</exception>
    public Batch? Next(CancellationToken cancellationToken = default) => _queue.Take(cancellationToken);

    /// <summary>Stops the threads.</summary>
    public void Dispose() => _queue.Dispose();

    private static IEnumerable<BatchPlan> Plan(int images, int batchSize)
    {
        long number = 0;
        for (int first = 0; first < images; first += batchSize)
        {
            int end = Math.Min(first + batchSize, images);
            PlannedImage[] items = [.. Enumerable.Range(first, end - first).Select(index => new PlannedImage(index, 0))];
            yield return new BatchPlan(number++, (double)end / images, items);
        }
    }
}
