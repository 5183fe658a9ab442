using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Inference;
using Panoptes.Reports.Pages;

namespace Panoptes.Training.Reports;

/// <summary>The commands to go on with, ready to copy.</summary>
internal static class CommandSection
{
    public static string ToHtml(RunSummary run, string tool)
    {
        string program = Html.ShellWord(tool);
        string model = Html.ShellWord(Shown(run.Folder.LastModel));
        string folder = Html.ShellWord(Shown(run.Folder.Path));
        string score = run.Evaluation is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" --score {ScoreThreshold.Of(run.Evaluation?.Segm):0.0#}");
        StringBuilder html = new("<section>\n<h2>Go on</h2>\n<dl class=\"commands\">\n");
        if (run.Interrupted)
        {
            Add(html, "Continue this run where it stopped", $"{program} train --resume --output {folder}");
        }

        bool panoptic = run.Config.Model.IsPanoptic;
        Add(
            html,
            panoptic ? "Label every pixel of your own images" : "Cut out the objects of your own images",
            $"{program} predict --model {model} IMAGES_OR_FOLDERS --output masks{(panoptic ? " --save panoptic,overlay" : score)}");
        Add(
            html,
            "Measure the model on any annotated images",
            $"{program} eval --model {model} --images FOLDER "
                + (panoptic ? "--panoptic FILE.json --panoptic-folder PNGS" : "--annotations FILE.json"));
        Add(
            html,
            "Train on your own data: COCO annotations and a folder of images",
            $"""
            {program} train {run.Method.SmallConfiguration} --output runs/mine \
                data.train.images=FOLDER {Annotations("train")} \
                data.val.images=FOLDER {Annotations("val")}
            """);
        Add(html, "See which networks there are, and every setting", $"{program} model list\n{program} config schema");
        return html.Append("</dl>\n</section>\n").ToString();

        string Annotations(string part) => panoptic
            ? $"data.{part}.panoptic=FILE.json data.{part}.panoptic_folder=PNGS"
            : $"data.{part}.annotations=FILE.json";
    }

    private static void Add(StringBuilder html, string what, string command) =>
        html.Append($"<dt>{Html.Text(what)}</dt><dd><pre>{Html.Text(command)}</pre></dd>\n");

    /// <summary>A path as one would type it: from the current directory where it lies below, else whole.</summary>
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
