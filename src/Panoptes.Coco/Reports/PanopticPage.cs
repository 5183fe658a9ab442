using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Writes the page that says what is wrong with a panoptic result: one file that needs no other.</summary>
internal static class PanopticPage
{
    private const int MostClasses = 5;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="analysis">What is wrong.</param>
    /// <param name="options">What else is on it; null for the defaults.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    /// <exception cref="InputException">A PNG of labels has gone.</exception>
    public static void Write(string path, PanopticAnalysis analysis, PageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(ToHtml(analysis, options ?? new PageOptions())));
    }

    private static string ToHtml(PanopticAnalysis analysis, PageOptions options)
    {
        PqResult pq = analysis.Pq;
        int segments = pq.Classes.Sum(c => c.TruePositives + c.FalseNegatives);
        HtmlPage page = new(
            "Panoptes · what is wrong with a model",
            options.Title ?? "Panoptic quality",
            $"{Html.Count(segments, "segment")} of {Html.Count(pq.All.Classes)} classes in {Html.Count(pq.Images, "image")}.",
            $"Panoptes {Inference.ModelCard.LibraryVersion}");
        return page.ToHtml(
            Headline(pq),
            Summary(analysis),
            ComparisonSection.ToHtml(options),
            Costs(analysis),
            PanopticClassSection.ToHtml(analysis),
            PanopticGallery.ToHtml(analysis, options),
            ConfusionSection.ToHtml(analysis.Confusion));
    }

    private static string Headline(PqResult pq) => new Tiles("Panoptic quality")
        .Add("PQ", Html.Figure(pq.All.Pq), "SQ × RQ of each class, averaged")
        .Add("SQ", Html.Figure(pq.All.Sq), "IoU of what was found")
        .Add("RQ", Html.Figure(pq.All.Rq), "how much was found")
        .Add("PQ things", Html.Figure(pq.Things.Pq), Html.Count(pq.Things.Classes, "class", "classes"))
        .Add("PQ stuff", Html.Figure(pq.Stuff.Pq), Html.Count(pq.Stuff.Classes, "class", "classes"))
        .Add("Mean IoU", Html.Figure(pq.MeanIoU), "of the classes' pixels")
        .ToHtml();

    private static string Summary(PanopticAnalysis analysis)
    {
        (string name, double cost)[] costs =
        [
            .. new[]
            {
                ("Missed segments", analysis.Costs.FalseNegatives),
                ("False segments", analysis.Costs.FalsePositives),
                ("Inexact borders", analysis.Costs.Borders),
            }.OrderByDescending(one => one.Item2),
        ];
        StringBuilder html = new("<section>\n<h2>At a glance</h2>\n<ul class=\"points\">\n");
        foreach ((string name, double cost) in costs)
        {
            html.Append($"<li><b>{name}</b> cost {SummarySection.Points(cost)} of PQ.</li>\n");
        }

        int[] weakest = PanopticClassSection.WeakestFirst(analysis.Pq);
        IEnumerable<string> names = weakest.Take(MostClasses).Select(k =>
            $"<b>{Html.Text(analysis.Pq.Classes[k].Category.Name)}</b> ({Html.Figure(analysis.Pq.Classes[k].Pq)}, "
            + $"{PanopticClassSection.Worst(analysis, k).Name})");
        html.Append($"<li>The weakest of {Html.Count(weakest.Length, "class", "classes")}: {string.Join("; ", names)}.</li>\n");
        if (analysis.Confusion.Confusions() is [var first, ..])
        {
            html.Append($"<li>Most often mistaken pixels: {Html.Text(analysis.Confusion.Classes[first.GroundTruth])} for ");
            html.Append($"{Html.Text(analysis.Confusion.Classes[first.Prediction])} ({Html.Count(first.Count)}).</li>\n");
        }

        return html.Append("<li><a href=\"#worst\">The worst images</a></li>\n</ul>\n</section>\n").ToString();
    }

    private static string Costs(PanopticAnalysis analysis)
    {
        ChartBar[] costs =
        [
            Bar("not found", analysis.Costs.FalseNegatives),
            Bar("not there", analysis.Costs.FalsePositives),
            Bar("borders", analysis.Costs.Borders),
        ];
        ChartBar[] sizes = [.. analysis.Sizes.Select(size => Bar(size.Range.Name, size.Figures.Pq))];
        return "<section>\n<h2>What costs quality</h2>\n"
            + "<p>How much PQ would rise if a single kind of error were fixed, averaged over the classes.</p>\n"
            + "<div class=\"charts\">\n"
            + ChartCard.ToHtml(new BarChart("PQ lost", costs, "") { Color = "c1" }, "gained if fixed")
            + ChartCard.ToHtml(new BarChart("PQ by size", sizes, ""), "small: below 32², large: above 96² pixels")
            + "</div>\n</section>\n";
    }

    private static ChartBar Bar(string name, double value) => new(name, value, $"{name}: {Html.Figure(value)}");
}
