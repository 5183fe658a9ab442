using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Two results side by side, and which differences are more than chance.</summary>
internal static class ComparisonSection
{
    private const int MostClasses = 12;

    public static string ToHtml(PageOptions page)
    {
        if (page.Comparison is not { } comparison)
        {
            return "";
        }

        string share = (100 * comparison.Options.Confidence).ToString("0.#", CultureInfo.InvariantCulture);
        StringBuilder html = new("<section id=\"comparison\">\n<h2>Compared with ");
        html.Append($"{Html.Text(page.BaselineName ?? "other results")}</h2>\n<p>Both were measured on the same ");
        html.Append($"{Html.Count(comparison.Options.Samples)} draws of images with replacement. ");
        html.Append($"The interval holds {share} % of the differences; one without 0 is more than chance.</p>\n");
        Table(html, comparison.Figures);
        FigureDifference[] changed =
        [
            .. comparison.Classes.Where(c => c.IsSignificant).OrderByDescending(c => Math.Abs(c.Difference)).Take(MostClasses),
        ];
        if (changed.Length > 0)
        {
            html.Append("<h3>Classes that differ by more than chance</h3>\n");
            Table(html, changed);
        }
        else if (comparison.Classes.Count > 1)
        {
            html.Append("<p class=\"small\">No class differs by more than chance.</p>\n");
        }

        return html.Append("</section>\n").ToString();
    }

    private static void Table(StringBuilder html, IReadOnlyList<FigureDifference> figures)
    {
        html.Append("<div class=\"scroll\"><table>\n<thead><tr><th></th><th>These</th><th>Those</th><th>Difference</th>");
        html.Append("<th>Interval</th><th></th></tr></thead>\n<tbody>\n");
        foreach (FigureDifference figure in figures)
        {
            string verdict = !figure.IsSignificant ? "may be chance"
                : figure.Difference > 0 ? "<b class=\"c2\">better</b>"
                : "<b class=\"c1\">worse</b>";
            html.Append($"<tr><th scope=\"row\">{Html.Text(figure.Name)}</th>");
            html.Append($"<td>{Html.Figure(figure.Value)}</td><td>{Html.Figure(figure.Baseline)}</td><td>{Signed(figure.Difference)}</td>");
            html.Append($"<td>{Signed(figure.Interval.Low)} to {Signed(figure.Interval.High)}</td><td>{verdict}</td></tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    private static string Signed(double value) =>
        double.IsNaN(value) ? "–" : value.ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture);
}
