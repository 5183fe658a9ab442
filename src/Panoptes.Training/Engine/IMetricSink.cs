namespace Panoptes.Training.Engine;

/// <summary>A place that metrics are written to.</summary>
internal interface IMetricSink : IDisposable
{
    /// <summary>Writes the metrics of one iteration and hands them to the operating system, so that a crash loses nothing.</summary>
    /// <exception cref="IOException">The place cannot be written to, such as a full disk.</exception>
    void Write(TrainingMetrics metrics);
}
