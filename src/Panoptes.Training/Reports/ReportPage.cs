using System.Reflection;
using System.Text;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>
/// Composes the page of a run. It is HTML and well-formed XML at once, needs no other file and no script, follows light and dark mode.
/// </summary>
internal sealed class ReportPage
{
    private static readonly Lazy<string> s_style = new(() => Resource("report.css"));

    private readonly RunSummary _run;
    private readonly IReadOnlyList<ExamplePicture> _examples;
    private readonly RunReportOptions _options;

    /// <summary>Gathers what the page shows.</summary>
    public ReportPage(TrainingOutcome outcome, IReadOnlyList<ExamplePicture> examples, RunReportOptions options)
    {
        _run = RunSummary.Of(outcome);
        _examples = examples;
        _options = options;
    }

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        string title = Html.Text(_options.Title ?? $"{_run.MethodName}: {Path.GetFileName(_run.Folder.Path)}");
        return new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\" />\n<link rel=\"icon\" href=\"data:,\" />\n")
            .Append($"<title>{title}</title>\n<style>\n{s_style.Value}</style>\n</head>\n<body>\n<div class=\"band\"></div>\n<main>\n")
            .Append($"<header>\n<p class=\"brand\">Panoptes · report of a run</p>\n<h1>{title}</h1>\n")
            .Append($"<p class=\"lead\">{Introduction()}</p>\n")
            .Append(Interruption())
            .Append("</header>\n")
            .Append(Headline())
            .Append(PictureSection.ToHtml(_run, _examples))
            .Append(CurveSection.ToHtml(_run))
            .Append(ClassTable.ToHtml(_run))
            .Append(CommandSection.ToHtml(_run, _options.Tool))
            .Append(Details())
            .Append($"<footer>{Html.Text(Machine())}</footer>\n</main>\n</body>\n</html>\n")
            .ToString();
    }

    private string Introduction() => Html.Text(_options.Introduction
        ?? $"Trained for {Html.Duration(_run.Seconds)} on {Html.Count(_run.TrainingPictures, "picture")} "
        + $"with {Html.Count(_run.ClassCount)} {(_run.ClassCount == 1 ? "class" : "classes")}.");

    private string Interruption() => _run.Interrupted
        ? $"<p class=\"notice\">Interrupted after {Html.Count(_run.Iteration)} of "
        + $"{Html.Count(_run.Config.Schedule.Iterations, "iteration")}. What there was is saved; the commands below continue.</p>\n"
        : "";

    private string Headline()
    {
        var tiles = new StringBuilder("<section class=\"tiles\" aria-label=\"Results\">\n");
        if (_run.Scores is { } scores)
        {
            string when = _run.Evaluation is null ? $"at iteration {Html.Count(scores.Iteration)}" : "mean over IoU 0.50 to 0.95";
            Tile("Mask AP", Html.Figure(scores.Segm("AP")), when, "tile main");
            Tile("Mask AP50", Html.Figure(scores.Segm("AP50")), "IoU of 0.50 is enough");
            Tile("Mask AP75", Html.Figure(scores.Segm("AP75")), "IoU of 0.75 is needed");
            Tile("Box AP", Html.Figure(scores.Bbox("AP")), "the boxes alone");
        }
        else
        {
            Tile("Loss", Html.Short(_run.LastLoss), "at the end", "tile main");
        }

        string unseen = _run.Evaluation is { } evaluation ? $"; {Html.Count(evaluation.Images)} unseen to test" : "";
        string speed = $"{Html.Count(_run.Iteration, "iteration")}, {Html.Short(_run.ImagesPerSecond)} pictures/s";
        Tile("Pictures", Html.Count(_run.TrainingPictures), $"to learn from{unseen}");
        Tile("Training", Html.Duration(_run.Seconds), speed);
        return tiles.Append("</section>\n").ToString();

        void Tile(string name, string value, string note, string style = "tile") => tiles.Append(
            $"""
            <div class="{style}"><p class="name">{name}</p><p class="value">{value}</p><p class="note">{Html.Text(note)}</p></div>

            """);
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

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
