using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Panoptic quality of each class, by size, with what it loses most by.</summary>
internal static class PanopticClassSection
{
    /// <summary>The classes that occur, by rising quality.</summary>
    public static int[] WeakestFirst(PqResult pq) =>
        [.. Enumerable.Range(0, pq.Classes.Count).Where(k => pq.Classes[k].Occurs).OrderBy(k => pq.Classes[k].Pq)];

    /// <summary>What a class loses most by, in words. A class of which nothing was found cannot gain by a single change.</summary>
    public static (string Name, double Cost) Worst(PanopticAnalysis analysis, int k)
    {
        PqClass one = analysis.Pq.Classes[k];
        PqCost cost = analysis.ClassCosts[k];
        return one.TruePositives == 0
            ? (one.FalseNegatives > 0 ? "not found" : "not there", 0)
            : new[] { ("not there", cost.FalsePositives), ("not found", cost.FalseNegatives), ("borders", cost.Borders) }
                .MaxBy(c => c.Item2);
    }

    public static string ToHtml(PanopticAnalysis analysis)
    {
        StringBuilder html = new("<section id=\"classes\">\n<h2>Class by class</h2>\n");
        html.Append("<p>The weakest first. The last column says what the class loses most by: ");
        html.Append("false segments, missed segments, or inexact borders.</p>\n");
        html.Append("<div class=\"scroll dense\"><table>\n<thead><tr><th>Class</th><th class=\"wide\">PQ</th><th>SQ</th><th>RQ</th>");
        html.Append(string.Concat(analysis.Sizes.Select(size => $"<th>{Html.Text(size.Range.Name)}</th>")));
        html.Append("<th>IoU</th><th title=\"found\">TP</th><th title=\"not there\">FP</th><th title=\"not found\">FN</th>");
        html.Append("<th>Loses by</th></tr></thead>\n<tbody>\n");
        foreach (int k in WeakestFirst(analysis.Pq))
        {
            PqClass c = analysis.Pq.Classes[k];
            string width = (100 * c.Pq).ToString("0.#", CultureInfo.InvariantCulture);
            html.Append($"<tr><th scope=\"row\">{Html.Text(c.Category.Name)}{(c.Category.IsThing ? "" : " <small>stuff</small>")}</th>");
            html.Append($"<td class=\"wide\"><span class=\"bar\"><i style=\"width:{width}%\"></i></span><b>{Html.Figure(c.Pq)}</b></td>");
            html.Append($"<td>{Html.Figure(c.Sq)}</td><td>{Html.Figure(c.Rq)}</td>");
            html.Append(string.Concat(analysis.Sizes.Select(s => $"<td>{Html.Figure(s.Classes[k].Occurs ? s.Classes[k].Pq : -1)}</td>")));
            html.Append($"<td>{Html.Figure(c.PixelIoU ?? -1)}</td><td>{Html.Count(c.TruePositives)}</td>");
            html.Append($"<td>{Html.Count(c.FalsePositives)}</td><td>{Html.Count(c.FalseNegatives)}</td>");
            (string name, double cost) = Worst(analysis, k);
            html.Append(c.Pq < 1 ? $"<td>{name}{(cost > 0 ? " " + SummarySection.Points(cost) : "")}</td></tr>\n" : "<td>–</td></tr>\n");
        }

        return html.Append("</tbody>\n</table></div>\n</section>\n").ToString();
    }
}
