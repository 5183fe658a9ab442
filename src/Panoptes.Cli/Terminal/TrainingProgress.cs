using System.Globalization;
using Panoptes.Cli.Output;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Terminal;

/// <summary>Shows a trainer's progress: bars or lines while it steps and evaluates, a line for each evaluation's result.</summary>
/// <param name="console">Where results are said.</param>
/// <param name="target">The bars.</param>
internal sealed class TrainingProgress(ToolConsole console, IProgress<WorkProgress> target) : IProgress<ProgressReport>
{
    /// <inheritdoc />
    public void Report(ProgressReport value)
    {
        switch (value)
        {
            case { Phase: TrainingPhase.Training }:
                target.Report(new WorkProgress("train", value.Iteration, value.Iterations, Detail(value), value.Remaining));
                break;
            case { Phase: TrainingPhase.Evaluating, Evaluation.Count: > 0 }:
                string figures = EvaluationOutput.Line(value.Evaluation);
                console.Say($"iteration {value.Iteration}: {figures} ({value.EvaluatedImages} images)");
                break;
            case { Phase: TrainingPhase.Evaluating }:
                target.Report(new WorkProgress("evaluate", value.EvaluatedImages, value.ImagesToEvaluate));
                break;
        }
    }

    /// <summary>The total loss first, then its parts, then the speed.</summary>
    private static string Detail(ProgressReport report)
    {
        IEnumerable<string> losses = report.Losses
            .OrderBy(loss => loss.Key != "total")
            .Select(loss => string.Create(CultureInfo.InvariantCulture, $"{(loss.Key == "total" ? "loss" : loss.Key)} {loss.Value:0.000}"));
        string speed = string.Create(CultureInfo.InvariantCulture, $"{report.ImagesPerSecond:0.0} images/s");
        return string.Join(", ", losses.Append(speed));
    }
}
