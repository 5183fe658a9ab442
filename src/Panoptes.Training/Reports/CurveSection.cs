using System.Text;
using Panoptes.Training.Engine;
using Panoptes.Training.Reports.Charts;

namespace Panoptes.Training.Reports;

/// <summary>How the run went: losses, average precision and learning rate over the iterations.</summary>
internal static class CurveSection
{
    private const string Total = "total";
    private const int Colors = 6;

    public static string ToHtml(RunSummary run)
    {
        TrainingMetrics[] logged = [.. run.Metrics.Where(m => m.Losses.Count > 0)];
        if (logged.Length == 0)
        {
            return "";
        }

        var html = new StringBuilder("<section>\n<h2>How it learnt</h2>\n<div class=\"charts\">\n");
        string[] terms = [.. logged.SelectMany(m => m.Losses.Keys).Distinct().Where(name => name != Total)];
        Add(html, new LineChart("Loss", [Loss(logged, Total, "ink")]), "the sum that is minimised", Html.Short);
        Add(
            html,
            new LineChart("Losses by name", [.. terms.Select((name, i) => Loss(logged, name, $"c{i % Colors}"))]),
            "the terms of the sum",
            Html.Short);
        ChartSeries[] scores =
        [
            Score(run.Metrics, "segm_AP", "mask AP", "c0"),
            Score(run.Metrics, "segm_AP50", "mask AP50", "c2"),
            Score(run.Metrics, "bbox_AP", "box AP", "c1"),
        ];
        if (scores.Any(s => s.Points.Count > 0))
        {
            Add(html, new LineChart("Average precision", [.. scores.Where(s => s.Points.Count > 0)]), "on unseen pictures", Html.Figure);
        }

        var rate = new ChartSeries("rate", "c3", [.. logged.Select(m => new ChartPoint(m.Iteration, m.LearningRate))]);
        Add(html, new LineChart("Learning rate", [rate]), "warm-up, then decay", value: null);
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

    private static void Add(StringBuilder html, LineChart chart, string note, Func<double, string>? value)
    {
        html.Append($"<figure class=\"card\">\n<figcaption><b>{Html.Text(chart.Title)}</b> <span>{note}</span></figcaption>\n");
        html.Append(chart.ToSvg());
        if (value is not null)
        {
            html.Append("<ul class=\"legend\">");
            foreach (ChartSeries series in chart.Series)
            {
                html.Append($"<li><i class=\"{series.Color}\"></i>{Html.Text(series.Name)} <b>{value(series.Last)}</b></li>");
            }

            html.Append("</ul>");
        }

        html.Append("\n</figure>\n");
    }
}
