using Panoptes.Training.Configuration;
using Panoptes.Training.Demo;

namespace Panoptes.Training.Tests.Demo;

public class DemoRunnerTests
{
    private static DemoOptions Options(double minutes) => new()
    {
        Config = new() { Schedule = new() { Iterations = 1200, Decay = new() { Milestones = [600, 900] } } },
        Output = "/demo",
        Minutes = minutes,
    };

    [Theory]
    [InlineData(1, 1200, 600, 900)]
    [InlineData(7.8, 1200, 600, 900)]
    [InlineData(15.6, 2400, 1200, 1800)]
    public void More_minutes_make_a_longer_schedule_and_fewer_bound_it(double minutes, int iterations, int first, int second)
    {
        PanoptesConfig config = DemoRunner.Configure(Options(minutes), new DatasetConfig(), new DatasetConfig());
        Assert.Equal(minutes, config.Schedule.Minutes);
        Assert.Equal(iterations, config.Schedule.Iterations);
        Assert.Equal([first, second], config.Schedule.Decay.Milestones);
    }

    [Fact]
    public void It_trains_on_some_photographs_and_evaluates_on_others()
    {
        DemoPhotographs photographs = new("/data");
        DataConfig data = DemoRunner.Configure(Options(6), photographs.Train, photographs.Val).Data;
        Assert.Equal((Path.GetFullPath("/data/train"), Path.GetFullPath("/data/train.json")), (data.Train.Images, data.Train.Annotations));
        Assert.Equal((Path.GetFullPath("/data/val"), Path.GetFullPath("/data/val.json")), (data.Val.Images, data.Val.Annotations));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void No_time_and_endless_time_are_refused(double minutes) =>
        Assert.Throws<InputException>(() => DemoRunner.Run(Options(minutes), cancellationToken: TestContext.Current.CancellationToken));
}
