using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>What a page says first: the figures, which kinds of error cost most, and which classes fail.</summary>
internal static class SummarySection
{
    private const int MostClasses = 5;

    public static string Tiles(ApResult ap)
    {
        Tiles tiles = new("Average precision");
        foreach ((string name, string note) in new[]
        {
            ("AP", "mean over the IoU thresholds"), ("AP50", "an IoU of 0.50 is enough"), ("AP75", "an IoU of 0.75 is needed"),
            ("APs", "small objects, below 32²"), ("APm", "medium objects"), ("APl", "large objects, above 96²"),
            ("AR100", "recall with 100 detections"),
        })
        {
            if (ap.Names.Contains(name))
            {
                tiles.Add(name, Html.Figure(ap[name]), note);
            }
        }

        return tiles.ToHtml();
    }

    public static string ToHtml(InstanceAnalysis analysis)
    {
        ErrorCost[] costs = [.. analysis.Errors.Costs.OrderByDescending(c => c.ApCost).Where(c => c.ApCost > 0)];
        StringBuilder html = new("<section>\n<h2>At a glance</h2>\n<ul class=\"points\">\n");
        if (costs.Length == 0)
        {
            html.Append("<li>No kind of error costs anything at this IoU.</li>\n");
        }

        foreach (ErrorCost cost in costs.Take(3))
        {
            html.Append($"<li><b>{ErrorNames.Title(cost.Kind)}</b> costs {Points(cost.ApCost)} of AP50 ");
            html.Append($"({Html.Count(cost.Count, "case")}): ");
            html.Append($"<a href=\"#{cost.Kind}\">look at them</a>. What helps: {Html.Text(ErrorNames.Advice(cost.Kind))}.</li>\n");
        }

        int[] weakest = ClassSection.WeakestFirst(analysis.Ap);
        if (weakest.Length > 1)
        {
            IEnumerable<string> names = weakest.Take(MostClasses).Select(k => Weakness(analysis, k));
            html.Append($"<li>The weakest of {Html.Count(weakest.Length)} classes: {string.Join("; ", names)}.</li>\n");
        }

        if (analysis.Confusion.Confusions() is [{ Count: > 1 } first, ..])
        {
            html.Append($"<li>Most often mistaken: {Html.Text(analysis.Confusion.Classes[first.GroundTruth])} for ");
            html.Append($"{Html.Text(analysis.Confusion.Classes[first.Prediction])} ({Html.Count(first.Count, "time")}).</li>\n");
        }

        html.Append($"<li>Scores and precision lie {Points(analysis.Calibration.ExpectedError)} apart on average");
        return html.Append($" ({Trust(analysis.Calibration)}).</li>\n</ul>\n</section>\n").ToString();
    }

    /// <summary>An amount of a figure between 0 and 1.</summary>
    public static string Points(double amount) => amount is > 0 and < 0.0005 ? "less than 0.001" : Html.Figure(amount);

    private static string Weakness(InstanceAnalysis analysis, int k)
    {
        ErrorCost? worst = ClassSection.WorstOf(analysis, k);
        string why = worst is null ? "" : $", {ErrorNames.Title(worst.Kind).ToLowerInvariant()}";
        return $"<b>{Html.Text(analysis.Ap.Classes[k].Name)}</b> ({Html.Figure(analysis.Ap.Classes[k].Ap)}{why})";
    }

    private static string Trust(Calibration calibration)
    {
        double bias = calibration.Bins.Sum(bin => bin.Count * (bin.MeanScore - bin.Precision));
        return calibration.ExpectedError < 0.05 ? "they can be read as probabilities"
            : bias > 0 ? "scores are too high"
            : "scores are too low";
    }
}
