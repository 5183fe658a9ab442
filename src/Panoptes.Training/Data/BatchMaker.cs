namespace Panoptes.Training.Data;

/// <summary>From a plan to a batch; called by several threads at once.</summary>
/// <param name="read">Reads a planned image at its size and side.</param>
/// <param name="options">How batches are made.</param>
internal sealed class BatchMaker(Func<PlannedImage, TrainingSample> read, LoaderOptions options)
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
            samples[i] = read(plan.Items[i]);
        }
        Batch batch = _pool.Rent();
        batch.Fill(plan, samples, options, _normalization);
        return batch;
    }
}
