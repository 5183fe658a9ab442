using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Precision over recall: of all classes by IoU threshold and by size, and of each class.</summary>
internal static class PrecisionSection
{
    private const int MostLines = 4;

    public static string ToHtml(ApResult ap)
    {
        int last = ap.Options.IouThresholds.Count - 1;
        int[] thresholds = [.. Enumerable.Range(0, MostLines).Select(i => i * last / (MostLines - 1)).Distinct()];
        int[] classes = ClassSection.WeakestFirst(ap);
        StringBuilder html = new("<section>\n<h2>Precision and recall</h2>\n");
        html.Append("<p>Means over the classes. The area below a curve is the AP at its IoU: ");
        html.Append("a curve that ends early misses objects, one that sinks early has false alarms with high scores.</p>\n");
        html.Append("<div class=\"charts\">\n").Append(Card("By IoU", "what counts as found", ByIou(classes)));
        html.Append(Card(
            "By size", "at the first IoU", [.. ap.Options.AreaRanges.Select((size, a) => Line(size.Name, a, ap, classes, 0, a)).Skip(1)]));
        html.Append("</div>\n");
        if (classes.Length > 1)
        {
            html.Append("<details>\n<summary>Every class</summary>\n<div class=\"charts\">\n");
            foreach (int k in classes)
            {
                ApClass one = ap.Classes[k];
                html.Append(Card(one.Name, $"AP {Html.Figure(one.Ap)}, {Html.Count(one.Objects, "object")}", ByIou([k])));
            }

            html.Append("</div>\n</details>\n");
        }

        return html.Append("</section>\n").ToString();

        ChartSeries[] ByIou(int[] those) =>
            [.. thresholds.Select((t, i) => Line($"IoU {ap.Options.IouThresholds[t]:0.00}", i, ap, those, t, 0))];
    }

    private static string Card(string title, string note, ChartSeries[] lines) =>
        ChartCard.ToHtml(new LineChart(title, lines, "recall", highest: 1, farthest: 1), note, _ => "");

    private static ChartSeries Line(string name, int color, ApResult ap, int[] classes, int threshold, int area)
    {
        IReadOnlyList<double> recalls = ap.Options.RecallThresholds;
        int areas = ap.Options.AreaRanges.Count;
        int limits = ap.Options.MaxDetections.Count;
        ChartPoint[] points = new ChartPoint[recalls.Count];
        for (int r = 0; r < points.Length; r++)
        {
            double sum = 0;
            int count = 0;
            foreach (int k in classes)
            {
                // [IoU threshold, recall threshold, class, area range, number of detections]
                int row = (threshold * recalls.Count) + r;
                double precision = ap.Precision[(((((row * ap.Classes.Count) + k) * areas) + area) * limits) + limits - 1];
                if (precision >= 0)
                {
                    sum += precision;
                    count++;
                }
            }

            points[r] = new ChartPoint(recalls[r], count > 0 ? sum / count : double.NaN);
        }

        return new ChartSeries(name, $"c{color % 6}", points);
    }
}
