using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>The worst images: ground truth next to the prediction, in the colors of the classes.</summary>
internal static class PanopticGallery
{
    private const double Opacity = 0.65;

    private static readonly Rgb s_unlabeled = new(0x80, 0x80, 0x80);
    private static readonly Rgb s_border = new(0x20, 0x20, 0x20);

    public static string ToHtml(PanopticAnalysis analysis, PageOptions options)
    {
        if (analysis.WorstPairs.Count == 0)
        {
            return "";
        }

        bool withImages = options.ImageFolder is not null;
        StringBuilder html = new("<section id=\"worst\">\n<h2>Where to look</h2>\n");
        html.Append("<p>The images with the lowest quality. One class has one color on both sides; ");
        html.Append("borders of segments are dark, what is unlabeled or not predicted is gray.</p>\n");
        html.Append($"<div class=\"rows{(withImages ? " three" : " two")}\">\n<div class=\"heads\" aria-hidden=\"true\">");
        html.Append(withImages ? "<span>Image</span>" : "").Append("<span>Ground truth</span><span>Prediction</span></div>\n");
        for (int i = 0; i < analysis.WorstPairs.Count; i++)
        {
            PanopticPair pair = analysis.WorstPairs[i];
            PanopticCase one = analysis.WorstImages[i];
            string name = analysis.Matching.FileNames.GetValueOrDefault(one.ImageId, $"image {one.ImageId}");
            html.Append("<div class=\"row\">\n");
            if (withImages)
            {
                html.Append(options.TryLoad(name) is { } image
                    ? ImageFigure.ToHtml(image, $"Image {name}", "Image")
                    : "<p class=\"small\">The image cannot be read, or is not in the folder.</p>\n");
            }

            html.Append(ImageFigure.ToHtml(
                Draw(analysis, pair.LoadGroundTruth(), pair.GroundTruth), $"Ground truth of {name}", "Ground truth"));
            html.Append(ImageFigure.ToHtml(
                Draw(analysis, pair.LoadPrediction(), pair.Prediction), $"Prediction of {name}", "Prediction"));
            html.Append($"<p class=\"result\"><b>{Html.Text(name)}</b> quality {Html.Figure(one.Quality)}: ");
            html.Append($"{Html.Count(one.Found, "segment")} found, ");
            html.Append($"{Html.Count(one.FalsePositives)} not there, {Html.Count(one.FalseNegatives)} not found</p>\n</div>\n");
        }

        return html.Append("</div>\n</section>\n").ToString();
    }

    private static Image Draw(PanopticAnalysis analysis, LabelMap labels, PanopticAnnotation annotation)
    {
        Dictionary<long, int> place = analysis.Pq.Classes.Index().ToDictionary(c => c.Item.Category.Id, c => c.Index);
        Dictionary<int, Rgb> colors = annotation.Segments.ToDictionary(
            s => s.Id, s => place.TryGetValue(s.CategoryId, out int k) ? ColorOf(analysis.Pq.Classes[k].Category, k) : s_unlabeled);
        Image image = new(labels.Width, labels.Height);
        for (int y = 0; y < labels.Height; y++)
        {
            ReadOnlySpan<int> row = labels.Row(y);
            ReadOnlySpan<int> above = labels.Row(Math.Max(y - 1, 0));
            Span<byte> pixels = image.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                bool isBorder = row[x] != above[x] || (x > 0 && row[x] != row[x - 1]);
                Rgb color = isBorder ? s_border : colors.GetValueOrDefault(row[x], s_unlabeled);
                (pixels[3 * x], pixels[(3 * x) + 1], pixels[(3 * x) + 2]) = (color.R, color.G, color.B);
            }
        }

        return image;
    }

    private static Rgb ColorOf(PanopticCategory category, int k) => (category.Color ?? Palette.ColorOf(k)).Mix(Rgb.White, 1 - Opacity);
}
