using System.Text;
using Panoptes.Evaluation;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Pages;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Models.EmbedMask;

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
        var html = new StringBuilder();
        html.Append($"<section>\n<h2>What the network sees</h2>\n<p>{seen} ");
        html.Append(examples.Any(e => e.IsPanoptic)
            ? "A class has one color on both sides, and things of a class are shades of it. What is left bare has no label.</p>\n"
            : $"An object that was found has the color of the annotated one. Objects below a score of "
            + $"{ScoreThreshold.Of(run.Evaluation?.Segm):0.0#}{Why(run)} are not drawn, nor are second guesses at the same thing.</p>\n");
        html.Append($"<div class=\"rows{(embeddings ? "" : " three")}\">\n<div class=\"heads\" aria-hidden=\"true\"><span>Image</span>");
        html.Append("<span>Ground truth</span><span>Prediction</span>");
        html.Append(embeddings ? "<span>Pixel embeddings</span></div>\n" : "</div>\n");
        foreach (ExampleImage example in examples)
        {
            Row(html, example);
        }

        return html.Append("</div>\n").Append(embeddings ? Explanation(run.Config.Model) : "").Append("</section>\n").ToString();
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

    private static string Explanation(ModelConfig model) =>
        model.Method == Method.Ciae ? ExplainCiae(model.Ciae) : ExplainEmbedMask(model.EmbedMask);

    private static string ExplainCiae(CiaeConfig model) =>
        $"""
        <div class="explain">
        <div>
        <h3>How CIAE works</h3>
        <p>A one-stage detector (FCOS) proposes boxes with their classes. Beside it, every pixel gets an <em>embedding</em>, trained to
        point the same way as those of its own segment and away from all others. What is looked for are <em>queries</em>: one that is kept
        in memory for each class of stuff, and for each proposal the embedding of the pixel that proposed it. A pixel belongs to the query
        that is nearest, and to a proposal only inside its box.</p>
        <p class="formula">label(<i>x</i>) = arg max<sub>k</sub> cos( <i>p</i><sub>x</sub>, <i>q</i><sub>k</sub> )</p>
        </div>
        <div>
        <h3>Reading the pixel embeddings</h3>
        <p>The last column is the map of Figures 4 and 6 in the CIAE paper: the {model.EmbeddingDim} numbers of each pixel, projected
        onto their three strongest directions in this image and shown as red, green and blue. Stuff has one colour, things others, and
        things of a class that touch differ among themselves.</p>
        </div>
        </div>

        """;

    private static string ExplainEmbedMask(EmbedMaskConfig model) =>
        $"""
        <div class="explain">
        <div>
        <h3>How EmbedMask works</h3>
        <p>A one-stage detector (FCOS) proposes boxes with their classes, and gives each proposal an <em>embedding</em> and a
        <em>margin</em>. A second branch gives every pixel an embedding of its own, trained to lie near that of the object it belongs
        to and away from the embeddings of others. An object’s mask is then read off: the pixels in its box whose embedding lies
        within the margin.</p>
        <p class="formula">{Rule(model)}</p>
        </div>
        <div>
        <h3>Reading the pixel embeddings</h3>
        <p>The last column is the map of Figure 1 (c) in the EmbedMask paper: the {model.EmbeddingDim} numbers of each pixel, projected
        onto their three strongest directions in this image and shown as red, green and blue. One object has one colour, and objects
        that touch have different ones: that difference is what separates them. What lies far apart may share a colour, since a mask
        never leaves its box.</p>
        </div>
        </div>

        """;

    /// <summary>When a pixel x belongs to the object k: Eq. (3), or the fixed margin of Eq. (2) for the hinge loss.</summary>
    private static string Rule(EmbedMaskConfig model)
    {
        const string distance = "‖<i>p</i><sub>x</sub> − <i>Q</i><sub>k</sub>‖";
        return model.Loss == MaskLoss.Hinge
            ? $"{distance} &lt; {Html.Short(model.Hinge.Threshold)}"
            : $"<i>φ</i>(<i>x</i>, <i>k</i>) = exp( −{distance}² ∕ 2<i>σ</i><sub>k</sub>² ) &gt; {Html.Short(model.MaskThreshold)}";
    }
}
