using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Reports.Pages;

namespace Panoptes.Training.Reports;

/// <summary>Average precision of each class.</summary>
internal static class ClassTable
{
    public static string ToHtml(RunSummary run)
    {
        if (run.Evaluation is not { } evaluation)
        {
            return "";
        }

        string title = evaluation.Panoptic is null ? "Class by class" : "Objects, class by class";
        StringBuilder html = new($"<section>\n<h2>{title}</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Class</th>");
        html.Append("<th class=\"wide\">Mask AP</th><th>AP50</th><th>AP75</th><th>Box AP</th>");
        html.Append("<th>Recall</th><th>Objects</th></tr></thead>\n<tbody>\n");
        Dictionary<long, double> boxes = evaluation.Bbox.Classes.ToDictionary(c => c.CategoryId, c => c.Ap);
        foreach (ApClass c in evaluation.Segm.Classes)
        {
            string width = (100 * Math.Max(c.Ap, 0)).ToString("0.#", CultureInfo.InvariantCulture);
            html.Append($"<tr><th scope=\"row\">{Html.Text(c.Name)}</th>");
            html.Append($"<td class=\"wide\"><span class=\"bar\"><i style=\"width:{width}%\"></i></span><b>{Html.Figure(c.Ap)}</b></td>");
            double[] figures = [c.Ap50, c.Ap75, boxes.GetValueOrDefault(c.CategoryId, -1), c.Ar];
            html.Append(string.Concat(figures.Select(figure => $"<td>{Html.Figure(figure)}</td>")));
            html.Append($"<td>{Html.Count(c.Objects)}</td></tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
        html.Append("<p class=\"small\">COCO’s measure: AP is the mean over ten IoU thresholds from 0.50 to 0.95. ");
        html.Append($"By size of the object: small {Html.Figure(evaluation.Segm["APs"])}, medium {Html.Figure(evaluation.Segm["APm"])}, ");
        return html.Append($"large {Html.Figure(evaluation.Segm["APl"])}.</p>\n</section>\n").ToString();
    }
}
