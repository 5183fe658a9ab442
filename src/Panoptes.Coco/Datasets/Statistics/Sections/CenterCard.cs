using System.Globalization;
using System.Text;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>Where objects lie, as a heat map: the darker a cell, the more boxes have their center in it.</summary>
internal static class CenterCard
{
    public static string ToHtml(CenterMap map)
    {
        int most = map.Counts.Max();
        if (most == 0)
        {
            return "";
        }

        const int width = ChartFrame.Width;
        const int height = ChartFrame.Height;
        double cell = Math.Min((double)width / map.Columns, (double)height / map.Rows);
        double left = (width - (cell * map.Columns)) / 2;
        StringBuilder svg = new();
        svg.Append($"<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Places\">");
        for (int i = 0; i < map.Counts.Count; i++)
        {
            (int row, int column) = Math.DivRem(i, map.Columns);
            string opacity = (0.04 + (0.96 * map.Counts[i] / most)).ToString("0.##", CultureInfo.InvariantCulture);
            string x = ChartFrame.Number(left + (column * cell));
            svg.Append($"<rect class=\"bar-fill c2\" x=\"{x}\" y=\"{ChartFrame.Number(row * cell)}\"");
            svg.Append($" width=\"{ChartFrame.Number(cell - 1)}\" height=\"{ChartFrame.Number(cell - 1)}\" fill-opacity=\"{opacity}\">");
            svg.Append($"<title>{Html.Count(map.Counts[i], "object")}</title></rect>");
        }

        string note = $"centers of boxes in the image; {Html.Count(most, "object")} in the fullest cell";
        return ChartCard.Card("Places", note, svg.Append("</svg>").ToString());
    }
}
