namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>How a measure is spread over images or objects.</summary>
/// <param name="Count">The values counted; those that are not known are not among them.</param>
/// <param name="Min">The smallest; 0 if there is none, as in all that follow.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Median">The value in the middle, or the mean of the two there.</param>
/// <param name="Max">The largest.</param>
public sealed record Histogram(int Count, double Min, double Mean, double Median, double Max)
{
    /// <summary>The values by ranges that lie side by side.</summary>
    internal IReadOnlyList<HistogramBin> Bins { get; init; } = [];

    /// <summary>Counts values by ranges; bins without values at either end are skipped.</summary>
    /// <param name="values">The values, in any order; those that are not finite are not counted.</param>
    /// <param name="edges">Makes the ranges' ends, ascending, of the sorted values.</param>
    internal static Histogram Of(IEnumerable<double> values, Func<double[], double[]> edges)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
        {
            return new Histogram(0, 0, 0, 0, 0);
        }

        double[] ends = edges(sorted);
        List<HistogramBin> bins = [];
        int next = 0;
        for (int i = 0; i + 1 < ends.Length; i++)
        {
            int first = next;
            while (next < sorted.Length && sorted[next] < ends[i + 1])
            {
                next++;
            }

            bins.Add(new HistogramBin(ends[i], ends[i + 1], next - first));
        }

        int leading = bins.FindIndex(bin => bin.Count > 0);
        int trailing = bins.FindLastIndex(bin => bin.Count > 0);
        return new Histogram(sorted.Length, sorted[0], sorted.Average(), MiddleOf(sorted), sorted[^1])
        {
            Bins = bins[leading..(trailing + 1)],
        };
    }

    /// <summary>The median of sorted values, of which there is one at least.</summary>
    internal static double MiddleOf(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
