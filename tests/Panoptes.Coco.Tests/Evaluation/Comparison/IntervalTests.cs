using Panoptes.Coco.Evaluation.Comparison;

namespace Panoptes.Coco.Tests.Evaluation.Comparison;

public class IntervalTests
{
    /// <summary>As numpy.percentile gives them: [2.5, 97.5] of 0 to 100.</summary>
    [Fact]
    public void It_holds_the_middle_of_the_samples()
    {
        double[] samples = [.. Enumerable.Range(0, 101).Select(i => 100.0 - i)];
        Interval interval = Interval.Of(samples, 0.95);
        Assert.Equal((2.5, 97.5), (Math.Round(interval.Low, 9), Math.Round(interval.High, 9)));
        Assert.True(interval.Contains(50) && !interval.Contains(98));
    }

    [Fact]
    public void Samples_without_a_value_are_left_out_and_none_at_all_gives_none()
    {
        Assert.Equal(new Interval(3, 3), Interval.Of([double.NaN, 3, double.NaN], 0.9));
        Assert.True(double.IsNaN(Interval.Of([double.NaN], 0.9).Low));
        Assert.True(double.IsNaN(Interval.Of([], 0.9).High));
    }
}
