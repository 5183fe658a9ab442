using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

/// <summary>Numbers worked out by hand.</summary>
public class LearningRateScheduleTests
{
    private const double Tolerance = 1e-15;

    private static readonly OptimizerConfig s_optimizer = new() { LearningRate = 0.01 };

    [Theory]
    [InlineData(0, 0.01 / 3)]
    [InlineData(499, 0.01 / 3)]
    [InlineData(500, 0.01)]
    [InlineData(59_999, 0.01)]
    [InlineData(60_000, 0.001)]
    [InlineData(79_999, 0.001)]
    [InlineData(80_000, 0.0001)]
    [InlineData(89_999, 0.0001)]
    public void The_papers_1x_schedule(int iteration, double expected) =>
        Assert.Equal(expected, new LearningRateSchedule(new ScheduleConfig(), s_optimizer).At(iteration), Tolerance);

    /// <summary>detectron2's default: from 0.001 to 1 over 1000 iterations.</summary>
    [Theory]
    [InlineData(0, 0.00001)]
    [InlineData(250, 0.0025075)]
    [InlineData(500, 0.005005)]
    [InlineData(999, 0.00999001)]
    [InlineData(1000, 0.01)]
    public void Linear_warm_up_rises_in_a_straight_line(int iteration, double expected)
    {
        ScheduleConfig schedule = new() { Warmup = new() { Kind = WarmupKind.Linear, Factor = 0.001, Iterations = 1000 } };
        Assert.Equal(expected, new LearningRateSchedule(schedule, s_optimizer).At(iteration), Tolerance);
    }

    /// <summary>cos(pi/3) = 1/2 and cos(2 pi/3) = -1/2, so the cosine part is 1, 3/4, 1/2, 1/4, 0 at 0, 1/3, 1/2, 2/3, 1.</summary>
    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(200, 0.00775)]
    [InlineData(300, 0.0055)]
    [InlineData(400, 0.00325)]
    [InlineData(600, 0.001)]
    [InlineData(700, 0.001)]
    public void The_cosine_falls_to_its_final_part(int iteration, double expected)
    {
        ScheduleConfig schedule = new()
        {
            Iterations = 600,
            Warmup = new() { Iterations = 0 },
            Decay = new() { Kind = DecayKind.Cosine, Final = 0.1 },
        };
        Assert.Equal(expected, new LearningRateSchedule(schedule, s_optimizer).At(iteration), Tolerance);
    }

    [Fact]
    public void Warm_up_and_cosine_multiply()
    {
        ScheduleConfig schedule = new()
        {
            Iterations = 300,
            Warmup = new() { Kind = WarmupKind.Linear, Factor = 0, Iterations = 200 },
            Decay = new() { Kind = DecayKind.Cosine },
        };
        Assert.Equal(0.01 * 0.5 * 0.75, new LearningRateSchedule(schedule, s_optimizer).At(100), Tolerance);
    }

    [Theory]
    [InlineData(2, 1, true, 0.00125)]
    [InlineData(2, 4, true, 0.005)]
    [InlineData(32, 1, true, 0.02)]
    [InlineData(2, 4, false, 0.01)]
    public void The_rate_is_scaled_to_the_images_of_a_step(int batch, int accumulation, bool scale, double expected)
    {
        ScheduleConfig schedule = new() { BatchSize = batch, Accumulation = accumulation };
        OptimizerConfig optimizer = s_optimizer with { ScaleToBatch = scale };
        Assert.Equal(expected, new LearningRateSchedule(schedule, optimizer).FullRate, Tolerance);
    }

    [Fact]
    public void A_schedule_of_no_iterations_has_a_rate() => Assert.True(double.IsFinite(
        new LearningRateSchedule(new() { Iterations = 0, Decay = new() { Kind = DecayKind.Cosine } }, s_optimizer).At(0)));

    /// <summary>As above, cos(pi/3) = 1/2: whichever of steps and time is ahead decides.</summary>
    [Theory]
    [InlineData(0, 0, 0.01)]
    [InlineData(10, 1.0 / 3, 0.0075)]
    [InlineData(30, 1.0 / 3, 0.0075)]
    [InlineData(60, 1.0 / 3, 0.0025)]
    [InlineData(30, 1, 0)]
    public void With_a_time_limit_the_decay_ends_with_the_time(int iteration, double timeUsed, double expected)
    {
        ScheduleConfig schedule = new() { Iterations = 90, Warmup = new() { Iterations = 0 }, Decay = new() { Kind = DecayKind.Cosine } };
        Assert.Equal(expected, new LearningRateSchedule(schedule, s_optimizer).At(iteration, timeUsed), Tolerance);
    }

    [Fact]
    public void Warm_up_counts_steps_however_slow_they_are()
    {
        ScheduleConfig schedule = new() { Iterations = 1000, Minutes = 1 };
        Assert.Equal(0.01 / 3, new LearningRateSchedule(schedule, s_optimizer).At(20, 0.9), Tolerance);
    }
}
