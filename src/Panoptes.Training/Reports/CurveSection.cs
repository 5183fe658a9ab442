using System.Text;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>
/// How the run went: losses, average precision and learning rate over the iterations. Drawn here for readers without scripts;
/// <see cref="FrozenRun"/> puts charts with controls in its place.
/// </summary>
internal static class CurveSection
{
    private const string Total = "total";
    private const string Axis = "iteration";
    private const int Colors = 6;

    public static string ToHtml(RunSummary run)
    {
        TrainingMetrics[] logged = [.. run.Metrics.Where(m => m.Losses.Count > 0)];
        if (logged.Length == 0)
        {
            return "";
        }

        StringBuilder html = new("<section>\n<h2>Training curves</h2>\n<div id=\"curves\" class=\"charts\">\n");
        string[] terms = [.. logged.SelectMany(m => m.Losses.Keys).Distinct().Where(name => name != Total)];
        html.Append(ChartCard.ToHtml(new LineChart("Loss", [Loss(logged, Total, "ink")], Axis), "the sum that is minimized", Html.Short));
        html.Append(ChartCard.ToHtml(
            new LineChart("Losses by name", [.. terms.Select((name, i) => Loss(logged, name, $"c{i % Colors}"))], Axis),
            "the terms of the sum",
            Html.Short));
        ChartSeries[] qualities =
        [
            Score(run.Metrics, "panoptic_PQ", "PQ", "c0"),
            Score(run.Metrics, "panoptic_PQth", "of things", "c2"),
            Score(run.Metrics, "panoptic_PQst", "of stuff", "c1"),
        ];
        if (qualities[0].Points.Count > 0)
        {
            html.Append(ChartCard.ToHtml(new LineChart("Panoptic quality", qualities, Axis), "on unseen images", Html.Figure));
        }

        ChartSeries[] scores =
        [
            Score(run.Metrics, "segm_AP", "mask AP", "c0"),
            Score(run.Metrics, "segm_AP50", "mask AP50", "c2"),
            Score(run.Metrics, "bbox_AP", "box AP", "c1"),
        ];
        if (scores.Any(s => s.Points.Count > 0))
        {
            LineChart chart = new("Average precision", [.. scores.Where(s => s.Points.Count > 0)], Axis);
            html.Append(ChartCard.ToHtml(chart, "on unseen images", Html.Figure));
        }

        ChartSeries rate = new("rate", "c3", [.. logged.Select(m => new ChartPoint(m.Iteration, m.LearningRate))]);
        html.Append(ChartCard.ToHtml(new LineChart("Learning rate", [rate], Axis), "warm-up, then decay", value: null));
        return html.Append("</div>\n</section>\n").ToString();
    }

    private static ChartSeries Loss(TrainingMetrics[] logged, string name, string color) =>
        new(name, color, [.. logged.Select(m => new ChartPoint(m.Iteration, m.Losses.GetValueOrDefault(name, double.NaN)))])
        {
            Smooth = true,
        };

    private static ChartSeries Score(IEnumerable<TrainingMetrics> metrics, string key, string name, string color) =>
        new(name, color, [.. metrics.Where(m => m.Evaluation.GetValueOrDefault(key, -1) >= 0)
            .Select(m => new ChartPoint(m.Iteration, m.Evaluation[key]))])
        { Dots = true };
}
