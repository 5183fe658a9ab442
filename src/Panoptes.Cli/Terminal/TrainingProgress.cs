using System.Globalization;
using Panoptes.Cli.Output;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Terminal;

/// <summary>
/// Shows a trainer's progress: what is loaded before the first step, bars or lines while it steps and evaluates, a line for each
/// evaluation's result.
/// </summary>
/// <param name="console">Where results are said.</param>
/// <param name="target">The bars.</param>
internal sealed class TrainingProgress(ToolConsole console, IProgress<WorkProgress> target) : IProgress<ProgressReport>
{
    private string? _score;

    /// <inheritdoc />
    public void Report(ProgressReport value)
    {
        switch (value)
        {
            case { Phase: TrainingPhase.Starting, Setup: { } setup }:
                foreach (string line in SetupText.Of(setup)) console.Say(line);
                break;
            case { Phase: TrainingPhase.Training }:
                target.Report(new WorkProgress("train", value.Iteration, value.Iterations)
                {
                    Figures = [.. Figures(value)],
                    Details = [.. Details(value)],
                    Remaining = value.Remaining,
                });
                break;
            case { Phase: TrainingPhase.Evaluating, Evaluation.Count: > 0 }:
                _score = EvaluationOutput.Score(value.Evaluation);
                console.Say($"iteration {value.Iteration}: {EvaluationOutput.Line(value.Evaluation)} ({value.EvaluatedImages} images)");
                break;
            case { Phase: TrainingPhase.Evaluating }:
                target.Report(new WorkProgress("evaluate", value.EvaluatedImages, value.ImagesToEvaluate));
                break;
        }
    }

    /// <summary>The total loss, the last evaluation's score, the speed.</summary>
    private IEnumerable<string> Figures(ProgressReport report)
    {
        if (report.Losses.TryGetValue("total", out double total)) yield return Loss("loss", total);
        if (_score is not null) yield return _score;
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.ImagesPerSecond:0.0} images/s");
    }

    /// <summary>The parts of the loss, and where the schedule is.</summary>
    private static IEnumerable<string> Details(ProgressReport report) =>
    [
        .. report.Losses.Where(loss => loss.Key != "total").Select(loss => Loss(loss.Key, loss.Value)),
        string.Create(CultureInfo.InvariantCulture, $"epoch {report.Epoch:0.0}"),
        string.Create(CultureInfo.InvariantCulture, $"rate {report.LearningRate:0.######}"),
    ];

    private static string Loss(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.000}");
}
