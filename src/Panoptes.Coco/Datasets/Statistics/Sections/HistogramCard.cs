using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>A histogram on a card; nothing where all values are the same, since a single bar says nothing.</summary>
internal static class HistogramCard
{
    /// <param name="title">What is measured.</param>
    /// <param name="histogram">How it is spread.</param>
    /// <param name="scale">How the axis is labeled.</param>
    /// <param name="axis">What the axis is.</param>
    /// <param name="noun">What is counted: image, object.</param>
    /// <param name="color">The style sheet's class of the bars' color.</param>
    public static string ToHtml(string title, Histogram histogram, HistogramScale scale, string axis, string noun, string color)
    {
        if (histogram.Min == histogram.Max)
        {
            return "";
        }

        ChartBar[] bars =
        [
            .. histogram.Bins.Zip(scale.Labels(histogram.Bins), (bin, label) =>
                new ChartBar(label, bin.Count, $"{scale.Range(bin)}: {Html.Count(bin.Count, noun)}")),
        ];
        BarChart chart = new(title, bars, axis) { Color = color, LabelsAtEdges = !scale.IsWhole(histogram.Bins[0]) };
        string mean = ReferenceEquals(scale, HistogramScale.Integers) ? $", mean {Html.Short(histogram.Mean)}" : "";
        string note = $"median {scale.Text(histogram.Median)}{mean}, {scale.Text(histogram.Min)} to {scale.Text(histogram.Max)}";
        return ChartCard.ToHtml(chart, note);
    }
}
