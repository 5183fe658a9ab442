namespace Panoptes.Training.Engine;

/// <summary>How a run ended.</summary>
public sealed record TrainingOutcome
{
    internal TrainingOutcome(
        RunFolder run, int iteration, double seconds, bool interrupted, EvaluationResult? evaluation, TrainingData data) =>
        (Run, Iteration, Seconds, Interrupted, Evaluation, Data) = (run, iteration, seconds, interrupted, evaluation, data);

    /// <summary>Its folder.</summary>
    public RunFolder Run { get; init; }

    /// <summary>Steps made.</summary>
    public int Iteration { get; init; }

    /// <summary>Seconds spent in steps.</summary>
    public double Seconds { get; init; }

    /// <summary>It was cancelled; its state is saved and it can be resumed.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The evaluation at the end; null without validation data or when interrupted.</summary>
    public EvaluationResult? Evaluation { get; init; }

    /// <summary>What was trained and evaluated on.</summary>
    internal TrainingData Data { get; init; }

    /// <summary>The model's file: the best by the evaluations, or the last where there were none.</summary>
    public string Model => File.Exists(Run.BestModel) ? Run.BestModel : Run.LastModel;
}
