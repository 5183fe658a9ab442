using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation;

public class ScoreThresholdTests
{
    private const int Size = 100;

    private static Rle Square(int index) => Rle.FromBox(new Box(10 * index, 0, (10 * index) + 8, 8), Size, Size);

    /// <summary>Objects stand on squares 0 to 4; what is found on others is not there.</summary>
    private static ApResult Evaluate(params (int Square, double Score)[] found)
    {
        InstanceDataset groundTruth = InstanceDataset.Create(
            [new CocoImage(1, "a.png", Size, Size)],
            [new CocoCategory(1, "thing", "")],
            [.. Enumerable.Range(0, 5).Select(i => new CocoAnnotation(
                i + 1, 1, 1, BoxXywh.FromBox(Square(i).Bounds), 64, IsCrowd: false, CocoSegmentation.FromRle(Square(i))))]);
        CocoDetection[] detections =
            [.. found.Select(f => new CocoDetection(1, 1, BoxXywh.FromBox(Square(f.Square).Bounds), f.Score, Square(f.Square)))];
        return new AveragePrecision(groundTruth).Evaluate(detections);
    }

    /// <summary>From 0.42 up four of five are right (F1 0.89); the false ones below would only spoil that.</summary>
    [Fact]
    public void It_lies_where_what_is_right_ends()
    {
        double score = ScoreThreshold.Of(Evaluate((0, 0.9), (1, 0.8), (2, 0.5), (3, 0.42), (6, 0.2), (7, 0.15), (8, 0.1), (9, 0.07)));
        Assert.InRange(score, 0.21, 0.42);
    }

    [Fact]
    public void Weak_scores_that_are_right_are_kept()
    {
        double score = ScoreThreshold.Of(Evaluate((0, 0.14), (1, 0.13), (2, 0.12), (3, 0.11), (4, 0.1)));
        Assert.InRange(score, 0.05, 0.1);
    }

    [Fact]
    public void Without_anything_to_measure_it_is_the_usual()
    {
        Assert.Equal(ScoreThreshold.Default, ScoreThreshold.Of(null));
        Assert.Equal(ScoreThreshold.Default, ScoreThreshold.Of(Evaluate((6, 0.9))));
    }
}
