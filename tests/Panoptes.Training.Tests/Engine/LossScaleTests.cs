using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class LossScaleTests
{
    [Fact]
    public void An_overflow_halves_it_and_two_thousand_good_steps_double_it()
    {
        LossScale scale = new();
        Assert.Equal(65536, scale.Value);
        scale = scale.After(finite: false);
        Assert.Equal(32768, scale.Value);
        scale = Repeat(scale, 1999);
        Assert.Equal(32768, scale.Value);
        scale = Repeat(scale, 1);
        Assert.Equal(65536, scale.Value);

        scale = Repeat(scale, 1500);
        scale = scale.After(finite: false);
        scale = Repeat(scale, 1999);
        Assert.Equal(32768, scale.Value);

        LossScale resumed = new(scale.Value, scale.GoodSteps);
        resumed = Repeat(resumed, 1);
        Assert.Equal(65536, resumed.Value);
    }

    private static LossScale Repeat(LossScale scale, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            scale = scale.After(finite: true);
        }

        return scale;
    }
}
