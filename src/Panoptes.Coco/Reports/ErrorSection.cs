using System.Text;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>What each kind of error costs.</summary>
internal static class ErrorSection
{
    public static string ToHtml(InstanceAnalysis analysis)
    {
        ErrorBreakdown errors = analysis.Errors;
        StringBuilder html = new("<section>\n<h2>What the errors cost</h2>\n");
        html.Append("<p>Each figure is the AP50 that would be gained if all errors of one kind, and no others, were fixed (TIDE, ");
        html.Append("arXiv 2008.08115). They do not add up: fixing one kind uncovers others.</p>\n<div class=\"charts\">\n");
        ChartBar[] bars =
        [
            .. errors.Costs.Select(c => new ChartBar(
                ErrorNames.Short(c.Kind), c.ApCost, $"{ErrorNames.Title(c.Kind)}: {Html.Figure(c.ApCost)}")),
        ];
        html.Append(ChartCard.ToHtml(new BarChart("AP50 lost by kind of error", bars, "") { Color = "c1" }, "gained if fixed"));
        ChartBar[] sides =
        [
            new("found", errors.Ap, $"AP50 as it is: {Html.Figure(errors.Ap)}"),
            new("false alarms", errors.FalsePositiveCost, $"gained without false alarms: {Html.Figure(errors.FalsePositiveCost)}"),
            new("not found", errors.FalseNegativeCost, $"gained if everything were found: {Html.Figure(errors.FalseNegativeCost)}"),
        ];
        html.Append(ChartCard.ToHtml(new BarChart("False alarms or missed objects?", sides, ""), "AP50, and what either side costs"));
        html.Append("</div>\n<div class=\"scroll\"><table>\n<thead><tr><th>Kind</th><th>AP50 lost</th><th>Cases</th>");
        html.Append("<th class=\"text\">What it is</th></tr></thead>\n<tbody>\n");
        double foreground = analysis.Ap.Options.IouThresholds[0];
        foreach (ErrorCost cost in errors.Costs)
        {
            html.Append($"<tr><th scope=\"row\"><a href=\"#{cost.Kind}\">{ErrorNames.Title(cost.Kind)}</a> ");
            html.Append($"<small>{ErrorNames.Short(cost.Kind)}</small></th>");
            html.Append($"<td>{Html.Figure(cost.ApCost)}</td><td>{Html.Count(cost.Count)}</td>");
            string meaning = ErrorNames.Meaning(cost.Kind, foreground, analysis.Options.BackgroundIou);
            html.Append($"<td class=\"text\">{Html.Text(meaning)}</td></tr>\n");
        }

        return html.Append("</tbody>\n</table></div>\n</section>\n").ToString();
    }
}
