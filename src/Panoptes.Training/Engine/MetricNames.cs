namespace Panoptes.Training.Engine;

/// <summary>The names of values in metrics.jsonl, metrics.csv and TensorBoard.</summary>
internal static class MetricNames
{
    /// <summary>Steps made so far.</summary>
    public const string Iteration = "iteration";

    /// <summary>Passes over the training images.</summary>
    public const string Epoch = "epoch";

    /// <summary>Learning rate of the last step.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Seconds of training.</summary>
    public const string Seconds = "seconds";

    /// <summary>Training images per second.</summary>
    public const string ImagesPerSecond = "images_per_second";

    /// <summary>Memory in MiB.</summary>
    public const string MemoryMiB = "memory_mib";

    /// <summary>Share of the objects that no location is assigned to.</summary>
    public const string Unmatched = "unmatched";

    /// <summary>Begins the name of a loss: <c>loss_total</c>.</summary>
    public const string LossPrefix = "loss_";

    /// <summary>Begins the name of a result of an evaluation: <c>eval_segm_AP</c>.</summary>
    public const string EvaluationPrefix = "eval_";
}
