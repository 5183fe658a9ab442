using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

public class WorstCasesTests
{
    [Fact]
    public void The_strongest_false_alarms_and_the_largest_missed_objects_come_first_from_different_images()
    {
        SmallScene scene = new SmallScene("a") { Images = 3 }
            .There(1, 0, 10).There(1, 40, 30).There(1, 0, 20, image: 2)
            .Finds(1, 90, 10, 0.9, image: 3).Finds(1, 70, 10, 0.8, image: 3).Finds(1, 90, 10, 0.3, image: 2);
        InstanceAnalysis analysis = InstanceAnalysis.Run(scene.GroundTruth(), scene.Found, null, new AnalysisOptions { WorstOfEachKind = 2 });

        ErrorCase[] background = [.. analysis.WorstCases.Where(c => c.Kind == ErrorKind.Background)];
        Assert.Equal([(3, 0.9), (2, 0.3)], background.Select(c => (c.Image.Id, c.Detection!.Score!.Value)));
        Assert.Equal([0, 2], background.Select(c => c.Detection!.Id));
        Assert.All(background, c => Assert.Null(c.GroundTruth));
        ErrorCase[] missed = [.. analysis.WorstCases.Where(c => c.Kind == ErrorKind.Missed)];
        Assert.Equal([(1, 300L), (2, 200L)], missed.Select(c => (c.Image.Id, c.GroundTruth!.Mask!.Area)));
        Assert.Equal([2, 3], missed.Select(c => c.GroundTruth!.Id));
    }

    [Fact]
    public void A_case_holds_both_sides_and_their_overlap()
    {
        SmallScene scene = new SmallScene("a", "b").There(1, 0, 40).Finds(2, 10, 40, 0.9);
        ErrorCase one = InstanceAnalysis.Run(scene.GroundTruth(), scene.Found, new ApOptions { IouType = IouType.Bbox }).WorstCases[0];
        Assert.Equal((ErrorKind.Classification, "b", "a", 1L), (one.Kind, one.Detection!.Class, one.GroundTruth!.Class, one.GroundTruth.Id));
        Assert.Equal(0.6, one.IoU, 1e-9);
        Assert.Null(one.Detection.Mask);
    }
}
