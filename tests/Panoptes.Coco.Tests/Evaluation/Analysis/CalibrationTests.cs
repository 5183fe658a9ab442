using Panoptes.Coco.Evaluation.Analysis;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

public class CalibrationTests
{
    [Fact]
    public void Precision_is_told_by_score_and_the_error_is_their_mean_distance()
    {
        // Two with 0.82 and 0.88, of which one is right; one with 1 that is right; one on a crowd, which does not count.
        SmallScene scene = new SmallScene("a")
            .There(1, 0, 20).There(1, 30, 20).There(1, 60, 40, crowd: true)
            .Finds(1, 0, 20, 1).Finds(1, 30, 20, 0.82).Finds(1, 31, 20, 0.88 - 0.1).Finds(1, 70, 10, 0.5).Finds(1, 0, 5, 0.88);
        Calibration calibration = InstanceAnalysis.Run(scene.GroundTruth(), scene.Found).Calibration;

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 2, 1], calibration.Bins.Select(b => b.Count));
        Assert.Equal((0.85, 0.5), (Math.Round(calibration.Bins[8].MeanScore, 9), calibration.Bins[8].Precision));
        Assert.Equal((1, 1), (calibration.Bins[9].MeanScore, calibration.Bins[9].Precision));

        // |0.78 - 0| · 1/4 + |0.85 - 0.5| · 2/4 + 0 · 1/4
        Assert.Equal((0.78 / 4) + (0.35 / 2), calibration.ExpectedError, 1e-9);
    }
}
