using FsCheck;
using FsCheck.Fluent;
using Panoptes.Reports.Charts;

namespace Panoptes.Coco.Tests.Reports;

public class AxisScaleTests
{
    [Theory]
    [InlineData(0, 3.58, "0 1 2 3 4")]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 0.02, "0 0.005 0.010 0.015 0.020")]
    [InlineData(0, 90_000, "0 20k 40k 60k 80k 100k")]
    [InlineData(0, 7_500, "0 2k 4k 6k 8k")]
    [InlineData(0, 0.00002, "0 5e-6 1e-5 1.5e-5 2e-5")]
    public void Ticks_are_round_and_labeled_with_the_decimals_they_need(double low, double high, string labels)
    {
        AxisScale axis = AxisScale.Rounded(low, high, 5);
        Assert.Equal(labels, string.Join(' ', axis.Ticks.Select(axis.Label)));
    }

    [Fact]
    public void An_exact_axis_ends_where_the_data_end()
    {
        AxisScale axis = AxisScale.Exact(0, 1500, 5);
        Assert.Equal((0, 1500, 500), (axis.Low, axis.High, axis.Step));
        Assert.Equal(0.5, axis.Position(750));
    }

    [Fact]
    public void Data_of_one_value_still_make_an_axis()
    {
        AxisScale axis = AxisScale.Rounded(0, 0, 5);
        Assert.True(axis.High > axis.Low);
        Assert.NotEmpty(axis.Ticks);
    }

    [Fact]
    public void Any_data_are_covered_by_a_few_ticks()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<NormalFloat>(),
            ArbMap.Default.ArbFor<NormalFloat>(),
            (a, b) =>
            {
                double low = Math.Min(a.Get % 1e9, b.Get % 1e9);
                double high = Math.Max(a.Get % 1e9, b.Get % 1e9);
                if (!(high - low > 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)))) return true;
                AxisScale axis = AxisScale.Rounded(low, high, 5);
                double slack = 1e-6 * axis.Step;
                return axis.Low <= low + slack && axis.High >= high - slack && axis.Ticks.Count() is >= 2 and <= 8;
            }).QuickCheckThrowOnFailure();
    }
}
