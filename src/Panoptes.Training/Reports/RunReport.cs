using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

namespace Panoptes.Training.Reports;

/// <summary>Writes a run's page, report.html: one file that needs no other, to look at, to keep and to send.</summary>
internal static class RunReport
{
    /// <summary>
    /// Draws the newest model's predictions on some images and writes the page. Works for every run: finished or interrupted, with
    /// validation data or without.
    /// </summary>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="options">What else the page says; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between images; no page is written then.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static string Write(
        TrainingOutcome outcome, RunReportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        options ??= new RunReportOptions();
        using TorchNetwork network = ModelFile.Load(outcome.Run.LastModel, options.Device);
        double minScore = ScoreThreshold.Of(outcome.Evaluation?.Segm);
        return Write(outcome, ExampleImages.Draw(network, outcome.Data, options.Examples, minScore, cancellationToken), options);
    }

    /// <summary>Writes the page with images that are drawn already.</summary>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="examples">The images, in the order of the page; there may be none.</param>
    /// <param name="options">What else the page says; null for the defaults.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static string Write(TrainingOutcome outcome, IReadOnlyList<ExampleImage> examples, RunReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        string page = new ReportPage(outcome, examples, options ?? new RunReportOptions()).ToHtml();
        AtomicFile.WriteAllBytes(outcome.Run.ReportFile, Encoding.UTF8.GetBytes(page));
        return outcome.Run.ReportFile;
    }
}
