using Panoptes.Torch;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

/// <summary>How many images at a time fit into memory.</summary>
public sealed class BatchFitTests
{
    private static readonly int[] s_sizes = [2, 4, 8, 16];

    [Theory]
    [InlineData(1000, 16)] // 100 + 20 an image
    [InlineData(420, 16)]
    [InlineData(419, 8)]
    [InlineData(180, 4)]
    [InlineData(140, 2)]
    public void The_largest_batch_that_fits_is_told_by_two_small_ones(double free, int expected)
    {
        List<int> tried = [];
        Assert.Equal(expected, BatchFit.Choose(s_sizes, Peak, free));
        Assert.Equal([2, 4], tried);

        double Peak(int images)
        {
            tried.Add(images);
            return 100 + (20 * images);
        }
    }

    [Theory]
    [InlineData(500.0, 500.0)]
    [InlineData(500.0, 480.0)]
    [InlineData(double.NaN, 500.0)]
    [InlineData(500.0, double.NaN)]
    public void A_peak_that_does_not_rise_says_nothing_about_larger_batches(double first, double second) =>
        Assert.Equal(2, BatchFit.Choose(s_sizes, images => images == 2 ? first : second, 1e9));

    [Fact]
    public void What_never_fits_is_refused()
    {
        InputException error = Assert.Throws<InputException>(() => BatchFit.Choose(s_sizes, images => 1e9 * images, 1e9));
        Assert.Contains("2 images take 1,907 MiB, and 954 MiB are free", error.Message);
    }

    [Fact]
    public void Where_nobody_tells_memory_the_largest_that_runs_is_taken()
    {
        List<int> tried = [];
        Assert.Equal(4, BatchFit.LargestThatRuns(s_sizes, Run));
        Assert.Equal([16, 8, 4], tried);
        Assert.Throws<TorchException>(() => BatchFit.LargestThatRuns(s_sizes, images => throw new TorchException("no memory")));

        double Run(int images)
        {
            tried.Add(images);
            return images > 4 ? throw new TorchException("no memory") : 0;
        }
    }
}
