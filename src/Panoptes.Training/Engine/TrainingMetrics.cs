namespace Panoptes.Training.Engine;

/// <summary>What is logged at one iteration.</summary>
internal sealed record TrainingMetrics
{
    /// <summary>Steps of the optimizer made so far, 1 after the first.</summary>
    public required int Iteration { get; init; }

    /// <summary>Passes over the training images, a fraction.</summary>
    public double Epoch { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>Losses by name, averaged since the last line; <c>total</c> is what was minimized. Written as <c>loss_NAME</c>.</summary>
    public IReadOnlyDictionary<string, double> Losses { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Share of the objects since the last line that no location is assigned to, so that nothing is learned from them; null, and not
    /// written, where there were no objects.
    /// </summary>
    public double? Unmatched { get; init; }

    /// <summary>Seconds of training since the run's first iteration, over all resumptions.</summary>
    public double Seconds { get; init; }

    /// <summary>Training images per second since the last line.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>Memory of the process (or of the device that trains) in MiB.</summary>
    public double MemoryMiB { get; init; }

    /// <summary>Results of an evaluation at this iteration, such as <c>segm_AP</c>; else empty. Written as <c>eval_NAME</c>.</summary>
    public IReadOnlyDictionary<string, double> Evaluation { get; init; } = new Dictionary<string, double>();

    /// <summary>All values under the names that files use, in the order they are written.</summary>
    public IEnumerable<KeyValuePair<string, double>> Flatten() =>
    [
        new(MetricNames.Epoch, Epoch),
        new(MetricNames.LearningRate, LearningRate),
        .. Losses.Select(loss => new KeyValuePair<string, double>(MetricNames.LossPrefix + loss.Key, loss.Value)),
        .. new[] { Unmatched }.OfType<double>().Select(share => new KeyValuePair<string, double>(MetricNames.Unmatched, share)),
        new(MetricNames.Seconds, Seconds),
        new(MetricNames.ImagesPerSecond, ImagesPerSecond),
        new(MetricNames.MemoryMiB, MemoryMiB),
        .. Evaluation.Select(result => new KeyValuePair<string, double>(MetricNames.EvaluationPrefix + result.Key, result.Value)),
    ];
}
