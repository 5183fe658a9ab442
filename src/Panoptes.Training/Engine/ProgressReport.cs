namespace Panoptes.Training.Engine;

/// <summary>How far a run is; reported through <see cref="IProgress{T}"/>, at most once for each step or evaluated image.</summary>
public sealed record ProgressReport
{
    /// <summary>What the run is doing.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>Steps made so far.</summary>
    public int Iteration { get; init; }

    /// <summary>Steps of the whole run; with a time limit, those that are expected to fit into it.</summary>
    public int Iterations { get; init; }

    /// <summary>Passes over the training images, a fraction.</summary>
    public double Epoch { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>Losses by name, averaged over the last steps.</summary>
    public IReadOnlyDictionary<string, double> Losses { get; init; } = new Dictionary<string, double>();

    /// <summary>Training images per second.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>Time of training so far.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Estimated time of training left; null where nothing is known yet.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Of an evaluation: images done so far.</summary>
    public int EvaluatedImages { get; init; }

    /// <summary>Of an evaluation: all its images.</summary>
    public int ImagesToEvaluate { get; init; }

    /// <summary>Results of an evaluation that has just ended; else empty.</summary>
    public IReadOnlyDictionary<string, double> Evaluation { get; init; } = new Dictionary<string, double>();

    /// <summary>What is loaded, when the run is about to make its first step; else null.</summary>
    public TrainingSetup? Setup { get; init; }
}
