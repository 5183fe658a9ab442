namespace Panoptes.Training.Engine;

/// <summary>All the places that a run's metrics are written to.</summary>
public sealed class RunMetrics : IMetricSink
{
    private readonly MetricsJsonl jsonl;
    private readonly MetricsCsv csv;

    internal RunMetrics(RunFolder run, int resumedIteration)
    {
        jsonl = MetricsJsonl.Open(run.MetricsJsonlFile, resumedIteration);
        csv = MetricsCsv.Open(run.MetricsCsvFile, resumedIteration);
        TensorBoard = new TensorBoardEvents(run.Path, resumedIteration);
    }

    /// <summary>The TensorBoard events, for images.</summary>
    public TensorBoardEvents TensorBoard { get; }

    /// <inheritdoc/>
    public void Write(TrainingMetrics metrics)
    {
        jsonl.Write(metrics);
        csv.Write(metrics);
        TensorBoard.Write(metrics);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        jsonl.Dispose();
        csv.Dispose();
        TensorBoard.Dispose();
    }
}
