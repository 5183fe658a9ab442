namespace Panoptes.Training.Engine;

/// <summary>All the places that a run's metrics are written to.</summary>
internal sealed class RunMetrics : IMetricSink
{
    private readonly MetricsJsonl _jsonl;
    private readonly MetricsCsv _csv;

    internal RunMetrics(RunFolder run, int resumedIteration, int evaluatedAt)
    {
        _jsonl = MetricsJsonl.Open(run.MetricsJsonlFile, resumedIteration, evaluatedAt);
        _csv = MetricsCsv.Open(run.MetricsCsvFile, resumedIteration, evaluatedAt);
        TensorBoard = new TensorBoardEvents(run.Path, resumedIteration);
    }

    /// <summary>The TensorBoard events, for images.</summary>
    public TensorBoardEvents TensorBoard { get; }

    /// <inheritdoc/>
    public void Write(TrainingMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _jsonl.Write(metrics);
        _csv.Write(metrics);
        TensorBoard.Write(metrics);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _jsonl.Dispose();
        _csv.Dispose();
        TensorBoard.Dispose();
    }
}
