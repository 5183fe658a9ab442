using Panoptes.Reports.Charts;

namespace Panoptes.Coco.Tests.Reports;

public class SmoothingTests
{
    private static ChartPoint[] Curve(int count, Func<int, double> value) =>
        [.. Enumerable.Range(0, count).Select(i => new ChartPoint(i, value(i)))];

    [Fact]
    public void A_straight_line_stays_where_it_is()
    {
        IReadOnlyList<ChartPoint> smooth = Smoothing.Apply(Curve(200, i => 3 + (0.5 * i)));
        for (int i = 20; i < 180; i++) Assert.Equal(3 + (0.5 * i), smooth[i].Y, 9);
    }

    [Fact]
    public void Noise_becomes_less()
    {
        Random random = new(1);
        ChartPoint[] noisy = Curve(500, _ => 1 + random.NextDouble());
        static double Spread(IEnumerable<ChartPoint> points) => points.Max(p => p.Y) - points.Min(p => p.Y);
        Assert.True(Spread(Smoothing.Apply(noisy)) < 0.5 * Spread(noisy));
    }

    [Fact]
    public void A_value_that_is_no_number_is_left_out_of_its_neighbors()
    {
        IReadOnlyList<ChartPoint> smooth = Smoothing.Apply(Curve(9, i => i == 4 ? double.NaN : 2));
        Assert.All(smooth, point => Assert.Equal(2, point.Y, 12));
    }

    [Fact]
    public void Thinning_keeps_the_mean_and_the_order()
    {
        ChartPoint[] curve = Curve(1000, i => i % 10);
        IReadOnlyList<ChartPoint> thin = Smoothing.Thin(curve, 100);
        Assert.Equal(100, thin.Count);
        Assert.All(thin, point => Assert.Equal(4.5, point.Y, 12));
        Assert.Equal(thin.OrderBy(p => p.X), thin);
        Assert.Same(curve, Smoothing.Thin(curve, 1000));
    }
}
