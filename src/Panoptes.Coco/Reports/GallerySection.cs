using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>The worst errors, with their images where there are any.</summary>
internal static class GallerySection
{
    public static string ToHtml(InstanceAnalysis analysis, PageOptions options)
    {
        StringBuilder html = new("<section>\n<h2>Where to look</h2>\n<p>");
        html.Append("The false alarms with the highest scores and the largest missed objects of each kind. ");
        html.Append(options.ImageFolder is null
            ? "With the folder of the images they are shown here."
            : "<span class=\"key ground truth\">Green</span> is the ground truth, <span class=\"key found\">orange</span> the prediction.");
        html.Append("</p>\n");
        foreach (ErrorKind kind in analysis.Errors.Costs.OrderByDescending(c => c.ApCost).Select(c => c.Kind))
        {
            ErrorCase[] cases = [.. analysis.WorstCases.Where(c => c.Kind == kind)];
            html.Append($"<h3 id=\"{kind}\">{ErrorNames.Title(kind)}</h3>\n");
            if (cases.Length == 0)
            {
                html.Append("<p class=\"small\">None.</p>\n");
                continue;
            }

            html.Append("<div class=\"gallery\">\n");
            foreach (ErrorCase one in cases)
            {
                html.Append(Card(one, options));
            }

            html.Append("</div>\n");
        }

        return html.Append("</section>\n").ToString();
    }

    private static string Card(ErrorCase one, PageOptions options)
    {
        string caption = Describe(one);
        string figure = options.ImageFolder is null ? "" : ErrorImage.TryDraw(one, options) is { } image
            ? ImageFigure.ToHtml(image, caption, "")
            : "<p class=\"small\">The image cannot be read, or is not in the folder.</p>\n";
        string name = one.Image.FileName.Length > 0 ? one.Image.FileName : $"image {one.Image.IdAsWritten}";
        string ids = string.Join(", ", new[]
        {
            one.Detection is { } d ? $"detection {d.Id}" : null,
            one.GroundTruth is { } t ? $"annotation {t.Id}" : null,
        }.OfType<string>());
        return $"<div class=\"card\">\n{figure}<p><b>{Html.Text(caption)}</b></p>\n"
            + $"<p class=\"small\">{Html.Text(name)}<br />{ids}</p>\n</div>\n";
    }

    private static string Describe(ErrorCase one)
    {
        string found = one.Detection is { } d ? $"{d.Class} {d.Score!.Value.ToString("0.00", CultureInfo.InvariantCulture)}" : "";
        string iou = one.IoU.ToString("0.00", CultureInfo.InvariantCulture);
        return one.Kind switch
        {
            ErrorKind.Missed => $"{one.GroundTruth!.Class} missed",
            ErrorKind.Background => $"{found}: nothing there",
            ErrorKind.Duplicate => $"{found}: found already (IoU {iou})",
            ErrorKind.Localization => $"{found}: IoU of only {iou}",
            _ => one.GroundTruth is null ? found : $"{found}: it is a {one.GroundTruth.Class} (IoU {iou})",
        };
    }
}
