using Panoptes.Coco.Datasets.Statistics;

namespace Panoptes.Coco.Tests.Datasets.Statistics;

public class HistogramTests
{
    [Fact]
    public void A_value_at_an_edge_lies_in_the_bin_that_begins_there()
    {
        Histogram sizes = Histogram.Of([31.999, 32, 33, 64], Bins.HalfOctaves);

        Assert.Equal([1, 2, 0, 1], sizes.Bins.Select(bin => bin.Count));
        Assert.Equal([32 / Math.Sqrt(2), 32, 32 * Math.Sqrt(2), 64], sizes.Bins.Select(bin => bin.From), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(32, sizes.Bins[1].From);
        Assert.Equal((31.999, 32.5, 64.0), (sizes.Min, sizes.Median, sizes.Max));
    }

    [Fact]
    public void Counts_get_a_bin_each_while_they_are_few()
    {
        Histogram counts = Histogram.Of([3, 0, 1, 1, 3, 3], Bins.Integers);
        Assert.Equal([(0.0, 1), (1.0, 2), (2.0, 0), (3.0, 3)], counts.Bins.Select(bin => (bin.From, bin.Count)));
    }

    [Fact]
    public void One_crowded_image_does_not_press_all_others_into_one_bin()
    {
        Histogram counts = Histogram.Of([.. Enumerable.Range(0, 300).Select(i => (double)(i % 10)), 5000], Bins.Integers);
        Assert.Equal(11, counts.Bins.Count);
        Assert.All(counts.Bins.Take(10), bin => Assert.Equal(30, bin.Count));
        Assert.Equal(new HistogramBin(10, double.PositiveInfinity, 1), counts.Bins[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_value_is_in_one_bin_and_bins_lie_side_by_side(int seed)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, 500).Select(_ => Math.Floor(Math.Exp(9 * random.NextDouble())) - 1)];
        foreach (Func<double[], double[]> edges in new[] { Bins.Integers, Bins.HalfOctaves, Bins.QuarterOctaves, Bins.Twentieths })
        {
            Histogram histogram = Histogram.Of(values, edges);
            Assert.Equal(500, histogram.Bins.Sum(bin => bin.Count));
            Assert.All(histogram.Bins.Zip(histogram.Bins.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
            Assert.All(histogram.Bins, bin => Assert.Equal(bin.Count, values.Count(v => v >= bin.From && v < bin.To)));
            Assert.Equal(values.Average(), histogram.Mean, 1e-9);
        }
    }

    [Fact]
    public void What_is_not_known_is_not_counted_and_nothing_is_no_problem()
    {
        Assert.Equal(1, Histogram.Of([double.NaN, 5], Bins.Integers).Count);
        Assert.Equal((0, 0.0), (Histogram.Of([], Bins.Integers).Count, Histogram.Of([double.NaN], Bins.Twentieths).Mean));
    }
}
