using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class BestEvaluationTests
{
    [Fact]
    public void Only_a_better_figure_is_the_best()
    {
        BestEvaluation best = new(BestFigure.BboxAp);
        foreach ((double value, int iteration, double expected, int at, int since) in new[]
        {
            (0.2, 10, 0.2, 10, 0), (0.1, 20, 0.2, 10, 1), (0.2, 30, 0.2, 10, 2), (0.3, 40, 0.3, 40, 0), (0.25, 50, 0.3, 40, 1),
        })
        {
            best = best.After(value, iteration);
            Assert.Equal(new BestEvaluation(BestFigure.BboxAp, expected, at, since), best);
        }
    }
}
