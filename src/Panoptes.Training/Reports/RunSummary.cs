using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

namespace Panoptes.Training.Reports;

/// <summary>What a page tells about a run, read from its folder.</summary>
internal sealed record RunSummary
{
    /// <summary>The run's folder.</summary>
    public required RunFolder Folder { get; init; }

    /// <summary>What it was trained with.</summary>
    public required PanoptesConfig Config { get; init; }

    /// <summary>Where it was trained; null where env.json is gone.</summary>
    public required RunEnvironment? Environment { get; init; }

    /// <summary>Everything that was logged, oldest first.</summary>
    public required IReadOnlyList<TrainingMetrics> Metrics { get; init; }

    /// <summary>The evaluation at the end; null without validation data or when the run was interrupted.</summary>
    public required EvaluationResult? Evaluation { get; init; }

    /// <summary>Whether the run was interrupted.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Whether there were images to validate on.</summary>
    public required bool HasValidation { get; init; }

    /// <summary>Steps made.</summary>
    public required int Iteration { get; init; }

    /// <summary>Seconds spent in steps.</summary>
    public required double Seconds { get; init; }

    /// <summary>Images that were trained on.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>Number of classes.</summary>
    public required int ClassCount { get; init; }

    /// <summary>The method that was trained.</summary>
    public TrainingMethod Method => TrainingMethod.Of(Config.Model.Method);

    /// <summary>The newest evaluation's figures; null where there was none.</summary>
    public RunScores? Scores => Metrics.LastOrDefault(m => m.Evaluation.Count > 0) is { } last
        ? new RunScores(last.Iteration, last.Evaluation)
        : null;

    /// <summary>The loss that was minimized, averaged over the last logged iterations; NaN if there is none.</summary>
    public double LastLoss => Metrics.LastOrDefault(m => m.Losses.ContainsKey("total"))?.Losses["total"] ?? double.NaN;

    /// <summary>Training images per second over the whole run; NaN where no time was spent.</summary>
    public double ImagesPerSecond => Seconds > 0
        ? Iteration * (double)Config.Schedule.BatchSize * Config.Schedule.Accumulation / Seconds
        : double.NaN;

    /// <summary>Reads the folder of a run.</summary>
    public static RunSummary Of(TrainingOutcome outcome) => new()
    {
        Folder = outcome.Run,
        Config = outcome.Run.LoadConfig(),
        Environment = outcome.Run.ReadEnvironment(),
        Metrics = File.Exists(outcome.Run.MetricsJsonlFile) ? MetricsJsonl.Read(outcome.Run.MetricsJsonlFile) : [],
        Evaluation = outcome.Evaluation,
        Interrupted = outcome.Interrupted,
        HasValidation = outcome.Data.Validation is not null,
        Iteration = outcome.Iteration,
        Seconds = outcome.Seconds,
        TrainingImages = outcome.Data.Images.Count,
        ClassCount = outcome.Data.Classes.Count,
    };
}
