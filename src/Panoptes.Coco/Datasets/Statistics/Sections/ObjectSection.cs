using System.Text;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>How large objects are, of what shape, where they lie, and how they are drawn.</summary>
internal static class ObjectSection
{
    public static string ToHtml(DatasetStatistics statistics)
    {
        if (statistics.Objects == 0)
        {
            return "";
        }

        StringBuilder html = new("<section>\n<h2>Objects</h2>\n");
        html.Append(statistics.IsPanoptic ? "<p>Things only; stuff has neither size nor place.</p>\n" : "");
        html.Append("<div class=\"charts\">\n");
        html.Append(HistogramCard.ToHtml(
            "Size", statistics.ObjectSize, HistogramScale.Lengths, "root of the area, pixels", "object", "c0"));
        html.Append(HistogramCard.ToHtml(
            "Size in the image", statistics.RelativeSize, HistogramScale.Shares, "root of the area’s part", "object", "c0"));
        html.Append(Levels(statistics));
        html.Append(HistogramCard.ToHtml(
            "Shape of the box", statistics.ObjectAspect, HistogramScale.Ratios, "width : height", "object", "c0"));
        html.Append(CenterCard.ToHtml(statistics.Centers));
        html.Append(HistogramCard.ToHtml(
            "Corners", statistics.CornersPerObject, HistogramScale.Lengths, "corners of an object’s polygons", "object", "c3"));
        return html.Append("</div>\n").Append(Masks(statistics)).Append("</section>\n").ToString();
    }

    private static string Levels(DatasetStatistics statistics)
    {
        ChartBar[] bars =
        [
            .. statistics.Levels.Select(level => new ChartBar(
                $"{level.Name} · {100 * level.Share:0} %",
                level.Objects,
                $"{level.Name}, {(double.IsFinite(level.To) ? $"{level.From:0.#} to {level.To:0.#}" : $"above {level.From:0.#}")} pixels: "
                + Html.Count(level.Objects, "object"))),
        ];
        string note = $"by half the longer side at {statistics.Options.ShortSide} × {statistics.Options.LongSide}";
        return ChartCard.ToHtml(new BarChart("Pyramid level", bars, "level of FCOS’s pyramid") { Color = "c1" }, note);
    }

    private static string Masks(DatasetStatistics statistics)
    {
        if (statistics.Masks is not { } masks)
        {
            return "";
        }

        (int Count, string Name)[] kinds =
        [
            (masks.Polygons, "as polygons"),
            (masks.CompressedRle, "as compressed run lengths"),
            (masks.UncompressedRle, "as uncompressed run lengths"),
            (masks.None, "not at all: boxes alone"),
        ];
        string text = string.Join(", ", kinds.Where(kind => kind.Count > 0).Select(kind => $"{Html.Count(kind.Count)} {kind.Name}"));
        Histogram polygons = statistics.PolygonsPerObject;
        string pieces = polygons.Max > 1 ? $" An object has up to {polygons.Max:0} polygons, {Html.Short(polygons.Mean)} on average." : "";
        return $"<p class=\"small\">How masks are written, crowds’ among them: {text}.{pieces}</p>\n";
    }
}
