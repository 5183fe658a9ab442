namespace Panoptes.Training.Engine;

/// <summary>How a run ended.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="Iteration">Steps made.</param>
/// <param name="Seconds">Seconds spent in steps.</param>
/// <param name="Interrupted">It was cancelled; its state is saved and it can be resumed.</param>
/// <param name="Evaluation">The evaluation at the end; null without validation data or when interrupted.</param>
/// <param name="Data">What was trained and evaluated on.</param>
public sealed record TrainingOutcome(
    RunFolder Run, int Iteration, double Seconds, bool Interrupted, EvaluationResult? Evaluation, TrainingData Data)
{
    /// <summary>The model's file: the best by the evaluations, or the last where there were none.</summary>
    public string Model => File.Exists(Run.BestModel) ? Run.BestModel : Run.LastModel;
}
