using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Reports.Pages;

namespace Panoptes.Training.Reports;

/// <summary>Panoptic quality of each class.</summary>
internal static class PanopticTable
{
    public static string ToHtml(RunSummary run)
    {
        if (run.Evaluation?.Panoptic is not { } panoptic)
        {
            return "";
        }

        StringBuilder html = new("<section>\n<h2>Segments, class by class</h2>\n<div class=\"scroll\"><table>\n<thead><tr>");
        html.Append("<th>Class</th><th class=\"wide\">PQ</th><th>SQ</th><th>RQ</th><th>Pixel IoU</th><th>Found</th>");
        html.Append("<th>Missed</th><th>Not there</th></tr></thead>\n<tbody>\n");
        (string, PqFigures)[] averages = [("all", panoptic.All), ("things", panoptic.Things), ("stuff", panoptic.Stuff)];
        foreach ((string name, PqFigures figures) in averages)
        {
            html.Append(Head(name, figures.Pq)).Append($"<td>{Html.Figure(figures.Sq)}</td><td>{Html.Figure(figures.Rq)}</td>");
            html.Append($"<td>{(name == "all" ? Html.Figure(panoptic.MeanIoU) : "")}</td><td></td><td></td><td></td></tr>\n");
        }

        foreach (PqClass c in panoptic.Classes.Where(c => c.Occurs))
        {
            html.Append(Head(c.Category.Name, c.Pq)).Append($"<td>{Html.Figure(c.Sq)}</td><td>{Html.Figure(c.Rq)}</td>");
            html.Append($"<td>{Html.Figure(c.PixelIoU ?? -1)}</td><td>{Html.Count(c.TruePositives)}</td>");
            html.Append($"<td>{Html.Count(c.FalseNegatives)}</td><td>{Html.Count(c.FalsePositives)}</td></tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n<p class=\"small\">Panoptic quality (arXiv 1801.00868): PQ = SQ × RQ. SQ is the mean IoU ");
        html.Append("of segments that were found (IoU above 0.5), RQ how many of all segments, true and predicted, were. Classes count ");
        html.Append("alike; those that occur nowhere are skipped. Pixel IoU is that of semantic segmentation.</p>\n</section>\n");
        return html.ToString();
    }

    private static string Head(string name, double pq)
    {
        string width = (100 * pq).ToString("0.#", CultureInfo.InvariantCulture);
        return $"<tr><th scope=\"row\">{Html.Text(name)}</th>"
            + $"<td class=\"wide\"><span class=\"bar\"><i style=\"width:{width}%\"></i></span><b>{Html.Figure(pq)}</b></td>";
    }
}
