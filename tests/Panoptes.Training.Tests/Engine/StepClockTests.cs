using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class StepClockTests
{
    [Fact]
    public void The_mean_is_of_the_last_values_only()
    {
        MovingAverage average = new(3);
        Assert.True(double.IsNaN(average.Mean));
        average.Add(1);
        average.Add(3);
        Assert.Equal((2, 2.0), (average.Count, average.Mean));
        foreach (double value in new double[] { 5, 7, 9 }) average.Add(value);
        Assert.Equal((3, 7.0), (average.Count, average.Mean));
    }

    [Fact]
    public void A_bad_value_is_forgotten_like_any_other()
    {
        MovingAverage average = new(2);
        foreach (double value in new[] { double.NaN, 1e300, 2, 4 }) average.Add(value);
        Assert.Equal(3, average.Mean);
    }

    [Fact]
    public void A_window_without_room_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(0));

    [Fact]
    public void Speed_and_time_left_follow_the_last_steps()
    {
        StepClock clock = new(iterations: 100, imagesPerStep: 4, window: 2);
        Assert.Null(clock.Remaining(0));
        clock.Add(TimeSpan.FromSeconds(60));
        clock.Add(TimeSpan.FromSeconds(1));
        clock.Add(TimeSpan.FromSeconds(3));
        Assert.Equal(2, clock.SecondsPerStep);
        Assert.Equal(2, clock.ImagesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(64), clock.Elapsed);
        Assert.Equal(TimeSpan.FromSeconds(2 * 97), clock.Remaining(3));
        Assert.Equal(TimeSpan.Zero, clock.Remaining(100));
    }

    [Fact]
    public void A_resumed_clock_goes_on_counting()
    {
        StepClock clock = new(100, 4);
        clock.Resume(TimeSpan.FromMinutes(5));
        clock.Add(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(301), clock.Elapsed);
        Assert.Equal(1, clock.SecondsPerStep);
    }

    [Fact]
    public void A_time_limit_bounds_the_time_left_and_the_steps_to_expect()
    {
        StepClock clock = new(iterations: 100, imagesPerStep: 4, limit: TimeSpan.FromSeconds(20));
        Assert.Equal((0, 100), (clock.LimitUsed, clock.ExpectedIterations(0)));
        clock.Add(TimeSpan.FromSeconds(3));
        clock.Add(TimeSpan.FromSeconds(1));
        Assert.Equal(0.2, clock.LimitUsed);
        Assert.Equal(TimeSpan.FromSeconds(16), clock.Remaining(2));
        Assert.Equal(2 + 8, clock.ExpectedIterations(2));
        clock.Add(TimeSpan.FromSeconds(30));
        Assert.Equal(1, clock.LimitUsed);
        Assert.Equal(TimeSpan.Zero, clock.Remaining(3));
        Assert.Equal(3, clock.ExpectedIterations(3));
    }

    [Fact]
    public void A_time_limit_that_is_never_reached_changes_nothing()
    {
        StepClock clock = new(iterations: 10, imagesPerStep: 4, limit: TimeSpan.FromHours(1));
        clock.Add(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(18), clock.Remaining(1));
        Assert.Equal(10, clock.ExpectedIterations(1));
    }
}
