using Panoptes.Reports.Pages;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>
/// Composes the page of a run.
/// </summary>
internal sealed class ReportPage
{
    private readonly RunSummary _run;
    private readonly IReadOnlyList<ExampleImage> _examples;
    private readonly RunReportOptions _options;

    /// <summary>Gathers what the page shows.</summary>
    public ReportPage(TrainingOutcome outcome, IReadOnlyList<ExampleImage> examples, RunReportOptions options)
    {
        _run = RunSummary.Of(outcome);
        _examples = examples;
        _options = options;
    }

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        HtmlPage page = new(
            "Panoptes · report of a run",
            _options.Title ?? $"{_run.Method.Title}: {Path.GetFileName(_run.Folder.Path)}",
            Introduction(),
            Machine())
        {
            Notice = Interruption(),
            Style = FrozenRun.Style,
        };
        return page.ToHtml(
            Headline(),
            ImageSection.ToHtml(_run, _examples),
            CurveSection.ToHtml(_run),
            PanopticTable.ToHtml(_run),
            ClassTable.ToHtml(_run),
            CommandSection.ToHtml(_run, _options.Tool),
            Details(),
            FrozenRun.ToHtml(_run));
    }

    private string Introduction() => Html.Text(_options.Introduction
        ?? $"Trained for {Html.Duration(_run.Seconds)} on {Html.Count(_run.TrainingImages, "image")} "
        + $"with {Html.Count(_run.ClassCount)} {(_run.ClassCount == 1 ? "class" : "classes")}.");

    private string Interruption() => _run.Interrupted
        ? $"<p class=\"notice\">Interrupted after {Html.Count(_run.Iteration)} of "
        + $"{Html.Count(_run.Config.Schedule.Iterations, "iteration")}. What there was is saved; the commands below continue.</p>\n"
        : "";

    private string Headline()
    {
        Tiles tiles = new("Results");
        if (_run.Scores is { } panoptic && !double.IsNaN(panoptic.Panoptic("PQ")))
        {
            string when = _run.Evaluation is null ? $"at iteration {Html.Count(panoptic.Iteration)}" : "quality of all segments";
            tiles.Add("PQ", Html.Figure(panoptic.Panoptic("PQ")), when)
                .Add("PQ of things", Html.Figure(panoptic.Panoptic("PQth")), "objects one by one")
                .Add("PQ of stuff", Html.Figure(panoptic.Panoptic("PQst")), "what is amorphous")
                .Add("Mask AP", Html.Figure(panoptic.Segm("AP")), "of the things’ masks");
        }
        else if (_run.Scores is { } scores)
        {
            string when = _run.Evaluation is null ? $"at iteration {Html.Count(scores.Iteration)}" : "mean over IoU 0.50 to 0.95";
            tiles.Add("Mask AP", Html.Figure(scores.Segm("AP")), when)
                .Add("Mask AP50", Html.Figure(scores.Segm("AP50")), "IoU of 0.50 is enough")
                .Add("Mask AP75", Html.Figure(scores.Segm("AP75")), "IoU of 0.75 is needed")
                .Add("Box AP", Html.Figure(scores.Bbox("AP")), "the boxes alone");
        }
        else
        {
            tiles.Add("Loss", Html.Short(_run.LastLoss), "at the end");
        }

        string unseen = _run.Evaluation is { } evaluation ? $"; {Html.Count(evaluation.Images)} unseen to test" : "";
        string speed = $"{Html.Count(_run.Iteration, "iteration")}, {Html.Short(_run.ImagesPerSecond)} images/s";
        return tiles.Add("Images", Html.Count(_run.TrainingImages), $"to learn from{unseen}")
            .Add("Training", Html.Duration(_run.Seconds), speed)
            .ToHtml();
    }

    private string Details() =>
        "<section>\n<h2>Configuration</h2>\n<details>\n<summary>Every setting of this run, as it came out of its files, arguments and "
        + $"defaults</summary>\n<pre>{Html.Text(ConfigWriter.ToYaml(_run.Config))}</pre>\n</details>\n</section>\n";

    private string Machine()
    {
        if (_run.Environment is not { } environment)
        {
            return $"Panoptes {Inference.ModelCard.LibraryVersion}";
        }

        string[] parts =
        [
            $"Panoptes {environment.PanoptesVersion}",
            $"device {environment.Device}",
            Html.Count(environment.Cores, "core"),
            $"{environment.MemoryMiB / 1024.0:0.#} GiB of memory",
            environment.System,
            environment.Runtime,
            .. environment.Libraries.Select(library => $"{library.Key} {library.Value}"),
            $"started {environment.Started:yyyy-MM-dd HH:mm} UTC",
        ];
        return string.Join(" · ", parts);
    }
}
