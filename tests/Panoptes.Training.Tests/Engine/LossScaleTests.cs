using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class LossScaleTests
{
    [Fact]
    public void An_overflow_halves_it_and_two_thousand_good_steps_double_it()
    {
        var scale = new LossScale();
        Assert.Equal(65536, scale.Value);
        scale.Update(finite: false);
        Assert.Equal(32768, scale.Value);
        Repeat(scale, 1999);
        Assert.Equal(32768, scale.Value);
        Repeat(scale, 1);
        Assert.Equal(65536, scale.Value);

        Repeat(scale, 1500);
        scale.Update(finite: false);
        Repeat(scale, 1999);
        Assert.Equal(32768, scale.Value);

        var resumed = new LossScale();
        resumed.Resume(scale.Value, scale.GoodSteps);
        Repeat(resumed, 1);
        Assert.Equal(65536, resumed.Value);
    }

    private static void Repeat(LossScale scale, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            scale.Update(finite: true);
        }
    }
}
