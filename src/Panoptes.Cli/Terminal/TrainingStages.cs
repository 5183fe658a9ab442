using System.Globalization;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Terminal;

/// <summary>A trainer's progress as the display shows it: training, and each evaluation with its result.</summary>
internal static class TrainingStages
{
    /// <summary>What to show; null for what is over in a moment.</summary>
    public static WorkProgress? Describe(ProgressReport report) => report.Phase switch
    {
        TrainingPhase.Training => new WorkProgress("train", report.Iteration, report.Iterations, Losses(report), report.Remaining),
        // The last picture is followed at once by the result.
        TrainingPhase.Evaluating when report.EvaluatedPictures < report.PicturesToEvaluate || report.Evaluation.Count > 0 => new WorkProgress(
            $"evaluate at {report.Iteration}", report.EvaluatedPictures, report.PicturesToEvaluate, Scores(report)),
        _ => null,
    };

    private static string Losses(ProgressReport report)
    {
        string speed = string.Create(CultureInfo.InvariantCulture, $"{report.ImagesPerSecond:0.0} pictures/s");
        IEnumerable<string> losses = report.Losses
            .OrderBy(loss => loss.Key == "total" ? 0 : 1)
            .Select(loss => string.Create(CultureInfo.InvariantCulture, $"{(loss.Key == "total" ? "loss" : loss.Key)} {loss.Value:0.000}"));
        return string.Join(", ", losses.Append(speed));
    }

    private static string Scores(ProgressReport report) => report.Evaluation.TryGetValue("segm_AP", out double masks)
        ? string.Create(CultureInfo.InvariantCulture, $"mask AP {masks:0.000}, box AP {report.Evaluation["bbox_AP"]:0.000}")
        : "";
}
