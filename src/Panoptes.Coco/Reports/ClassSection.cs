using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Average precision of each class, by size, with what is wrong with it.</summary>
internal static class ClassSection
{
    /// <summary>The classes that have objects, by rising AP.</summary>
    public static int[] WeakestFirst(ApResult ap) =>
        [.. Enumerable.Range(0, ap.Classes.Count).Where(k => ap.Classes[k].Ap >= 0).OrderBy(k => ap.Classes[k].Ap)];

    /// <summary>
    /// The kind of error that costs a class most; null if there is none. A class that was missed altogether has nothing to gain by
    /// TIDE's count, which takes missed objects away: no object remains.
    /// </summary>
    public static ErrorCost? WorstOf(InstanceAnalysis analysis, int k) =>
        analysis.Errors.Costs.Where(c => c.ByClass[k].ApCost > 0).MaxBy(c => c.ByClass[k].ApCost)
        ?? analysis.Errors.Costs.FirstOrDefault(c => c.Kind == ErrorKind.Missed && c.ByClass[k].Count > 0);

    public static string ToHtml(InstanceAnalysis analysis)
    {
        ApResult ap = analysis.Ap;
        AreaRange[] sizes = [.. ap.Options.AreaRanges.Skip(1)];
        StringBuilder html = new("<section id=\"classes\">\n<h2>Class by class</h2>\n");
        html.Append("<p>The weakest first. The last column says what costs the class most, ");
        html.Append("and how much AP50 it would gain without that.</p>\n");
        html.Append("<div class=\"scroll dense\"><table>\n<thead><tr><th>Class</th>");
        html.Append("<th class=\"wide\">AP</th><th>AP50</th><th>AP75</th>");
        html.Append(string.Concat(sizes.Select(size => $"<th>{Html.Text(size.Name)}</th>")));
        html.Append("<th>Recall</th><th>Objects</th><th>Detections</th><th>Worst error</th></tr></thead>\n<tbody>\n");
        foreach (int k in WeakestFirst(ap))
        {
            ApClass c = ap.Classes[k];
            string width = (100 * c.Ap).ToString("0.#", CultureInfo.InvariantCulture);
            html.Append($"<tr><th scope=\"row\">{Html.Text(c.Name)}</th>");
            html.Append($"<td class=\"wide\"><span class=\"bar\"><i style=\"width:{width}%\"></i></span><b>{Html.Figure(c.Ap)}</b></td>");
            double[] figures = [c.Ap50, c.Ap75, .. c.ApBySize.Skip(1), c.Ar];
            html.Append(string.Concat(figures.Select(figure => $"<td>{Html.Figure(figure)}</td>")));
            html.Append($"<td>{Html.Count(c.Objects)}</td><td>{Html.Count(c.Detections)}</td>");
            ErrorCost? worst = WorstOf(analysis, k);
            html.Append(worst is null
                ? "<td>–</td></tr>\n"
                : $"<td>{ErrorNames.Title(worst.Kind)} {Cost(worst.ByClass[k].ApCost)}</td></tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
        string[] without = [.. ap.Classes.Where(c => c.Ap < 0).Select(c => c.Name)];
        html.Append(without.Length == 0 ? "" : $"<p class=\"small\">Without an object: {Html.Text(string.Join(", ", without))}.</p>\n");
        return html.Append("</section>\n").ToString();
    }

    private static string Cost(double cost) => cost > 0 ? SummarySection.Points(cost) : "";
}
