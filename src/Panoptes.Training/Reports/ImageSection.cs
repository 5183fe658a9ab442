using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Reports.Pages;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Reports;

/// <summary>Images next to their ground truth, the prediction and the embedding map, and what one sees in them.</summary>
internal static class ImageSection
{
    public static string ToHtml(RunSummary run, IReadOnlyList<ExampleImage> examples)
    {
        if (examples.Count == 0)
        {
            return "";
        }

        string seen = run.HasValidation
            ? $"The first {Html.Count(examples.Count, "image")} of the test set, not seen in training and not chosen for their looks."
            : "The first images of the training set: without <code>data.val</code> there are no unseen ones to show.";
        bool embeddings = examples.Any(e => e.Embedding is not null);
        StringBuilder html = new();
        html.Append($"<section>\n<h2>What the network sees</h2>\n<p>{seen} ");
        html.Append(examples.Any(e => e.IsPanoptic)
            ? "A class has one color on both sides, and things of a class are shades of it. Uncolored areas have no label.</p>\n"
            : $"An object that was found has the color of the annotated one. Objects below a score of "
            + $"{ScoreThreshold.Of(run.Evaluation?.Segm):0.0#}{Why(run)} are not drawn, nor are duplicates of the same object.</p>\n");
        html.Append($"<div class=\"rows{(embeddings ? "" : " three")}\">\n<div class=\"heads\" aria-hidden=\"true\"><span>Image</span>");
        html.Append("<span>Ground truth</span><span>Prediction</span>");
        html.Append(embeddings ? "<span>Pixel embeddings</span></div>\n" : "</div>\n");
        foreach (ExampleImage example in examples)
        {
            Row(html, example);
        }

        html.Append("</div>\n");
        if (embeddings || run.Method.PixelEmbedding is null)
        {
            html.Append("<div class=\"explain\">\n").Append(run.Method.Explain(run.Config.Model)).Append("\n</div>\n");
        }

        return html.Append("</section>\n").ToString();
    }

    private static string Why(RunSummary run) => run.Evaluation is null ? "" : " (where precision and recall balance best)";

    private static void Row(StringBuilder html, ExampleImage example)
    {
        string misnamed = example.Misnamed > 0 ? $", {example.Misnamed} under a wrong name" : "";
        string surplus = example.Surplus > 0 ? $", {example.Surplus} more that {(example.Surplus == 1 ? "is" : "are")} not there" : "";
        string what = example.IsPanoptic ? "segment" : "object";
        string result = $"{example.Found} of {Html.Count(example.Objects, what)} found{misnamed}{surplus}";
        html.Append("<div class=\"row\">\n");
        Figure(html, example.Image, "Image", example.Name);
        Figure(html, example.GroundTruth, "Ground truth", example.Name);
        Figure(html, example.Prediction, "Prediction", example.Name);
        if (example.Embedding is { } embedding)
        {
            Figure(html, embedding, "Pixel embeddings", example.Name);
        }

        html.Append($"<p class=\"result\"><b>{Html.Text(example.Name)}</b> {result}</p>\n</div>\n");
    }

    private static void Figure(StringBuilder html, Image image, string what, string name) =>
        html.Append(ImageFigure.ToHtml(image, $"{what} of {name}", what));
}
