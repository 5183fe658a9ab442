namespace Panoptes.Training.Data;

/// <summary>From a plan to a batch; called by several threads at once.</summary>
/// <param name="source">Where the images come from.</param>
/// <param name="options">How batches are made.</param>
/// <param name="transform">Decides the size and side of a planned image.</param>
internal sealed class BatchMaker(
    ImageSource source, LoaderOptions options, Func<PlannedImage, ImageRecord, ImageTransform> transform)
{
    private readonly Normalization _normalization = new(options.Input);
    private readonly BatchPool _pool = new();

    /// <summary>Reads the images and fills a batch with them.</summary>
    /// <exception cref="InputException">An image cannot be used; the message names its file.</exception>
    public Batch Make(BatchPlan plan, CancellationToken cancellationToken)
    {
        TrainingSample[] samples = new TrainingSample[plan.Items.Count];
        for (int i = 0; i < samples.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PlannedImage item = plan.Items[i];
            samples[i] = source.Read(item.Index, transform(item, source[item.Index]));
        }
        Batch batch = _pool.Rent();
        batch.Fill(plan, samples, options, _normalization);
        return batch;
    }
}
