using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>How many objects and classes images hold, and their sizes.</summary>
internal static class ImageSection
{
    private const int MostSizes = 8;

    public static string ToHtml(DatasetStatistics statistics)
    {
        StringBuilder html = new("<section>\n<h2>Images</h2>\n<div class=\"charts\">\n");
        html.Append(HistogramCard.ToHtml(
            "Objects", statistics.ObjectsPerImage, HistogramScale.Integers, "objects in an image", "image", "c2"));
        html.Append(HistogramCard.ToHtml(
            "Classes", statistics.ClassesPerImage, HistogramScale.Integers, "classes in an image", "image", "c2"));
        html.Append(HistogramCard.ToHtml(
            "Short side", statistics.ImageShortSide, HistogramScale.Integers, "pixels", "image", "c4"));
        html.Append(HistogramCard.ToHtml(
            "Shape", statistics.ImageAspect, HistogramScale.Ratios, "width : height", "image", "c4"));
        return html.Append("</div>\n").Append(Sizes(statistics.ImageSizes)).Append("</section>\n").ToString();
    }

    private static string Sizes(IReadOnlyList<ImageSizeCount> sizes)
    {
        if (sizes.Count == 0)
        {
            return "";
        }

        string listed = string.Join(
            ", ", sizes.Take(MostSizes).Select(n => $"{n.Size.Width}\u00a0×\u00a0{n.Size.Height} ({Html.Count(n.Images)})"));
        string more = sizes.Count > MostSizes ? $", and {Html.Count(sizes.Count - MostSizes, "more size")}" : "";
        return $"<p class=\"small\">Sizes, width × height: {listed}{more}.</p>\n";
    }
}
