using Panoptes.Coco.Evaluation.Analysis;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

public class ConfusionMatrixTests
{
    private const int Nothing = 2;

    [Fact]
    public void Each_object_and_each_detection_is_counted_once()
    {
        // Found; taken for b; missed; a false alarm; one below the score; one on a crowd.
        SmallScene scene = new SmallScene("a", "b") { Images = 2 }
            .There(1, 0, 20).There(1, 30, 20).There(2, 60, 20).There(2, 0, 60, image: 2, crowd: true)
            .Finds(1, 0, 20, 0.9).Finds(2, 30, 20, 0.8).Finds(1, 90, 10, 0.7).Finds(2, 60, 20, 0.3).Finds(1, 10, 20, 0.9, image: 2);
        ConfusionMatrix matrix = Run(scene, 0.5);

        Assert.Equal(["a", "b"], matrix.Classes);
        Assert.Equal([1, 1, 0, 0, 0, 1, 1, 0, 0], All(matrix));
        Assert.Equal([(0, 1, 1)], matrix.Confusions());
    }

    [Fact]
    public void An_object_of_its_own_class_comes_before_one_that_overlaps_more()
    {
        SmallScene scene = new SmallScene("a", "b").There(1, 0, 20).There(2, 4, 20).Finds(2, 1, 20, 0.9);
        Assert.Equal([0, 0, 1, 0, 1, 0, 0, 0, 0], All(Run(scene, 0.5)));
    }

    [Fact]
    public void By_default_the_score_is_the_one_where_precision_and_recall_balance()
    {
        SmallScene scene = new SmallScene("a").There(1, 0, 20).There(1, 30, 20).Finds(1, 0, 20, 0.9).Finds(1, 30, 20, 0.7).Finds(1, 80, 20, 0.2);
        ConfusionMatrix matrix = Run(scene, null);
        Assert.InRange(matrix.MinScore!.Value, 0.21, 0.7);
        Assert.Equal([2, 0, 0, 0], new[] { matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1] });
    }

    private static ConfusionMatrix Run(SmallScene scene, double? score) =>
        InstanceAnalysis.Run(scene.GroundTruth(), scene.Found, null, new AnalysisOptions { ConfusionScore = score }).Confusion;

    private static long[] All(ConfusionMatrix matrix) =>
        [.. Enumerable.Range(0, Nothing + 1).SelectMany(t => Enumerable.Range(0, Nothing + 1).Select(p => matrix[t, p]))];
}
