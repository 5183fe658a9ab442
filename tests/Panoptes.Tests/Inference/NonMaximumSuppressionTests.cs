using FsCheck;
using FsCheck.Fluent;
using Panoptes.Inference;

namespace Panoptes.Tests.Inference;

public class NonMaximumSuppressionTests
{
    private static Candidate Box(float x1, float y1, float x2, float y2, float score, int classIndex = 0) =>
        new(x1, y1, x2, y2, score, classIndex, 0, 0);

    [Fact]
    public void The_better_of_two_that_overlap_stays()
    {
        Candidate[] boxes = [Box(0, 0, 10, 10, 0.5f), Box(1, 0, 11, 10, 0.9f), Box(50, 50, 60, 60, 0.1f)];

        Assert.Equal([1, 2], NonMaximumSuppression.Select(boxes, 0.6));
    }

    [Fact]
    public void Classes_do_not_suppress_each_other()
    {
        Candidate[] boxes = [Box(0, 0, 10, 10, 0.5f, 0), Box(0, 0, 10, 10, 0.9f, 1)];

        Assert.Equal([1, 0], NonMaximumSuppression.Select(boxes, 0.6));
    }

    [Fact]
    public void An_overlap_equal_to_the_threshold_does_not_suppress()
    {
        Candidate[] boxes = [Box(0, 0, 10, 10, 0.9f), Box(0, 0, 10, 5, 0.8f)]; // IoU exactly one half

        Assert.Equal([0, 1], NonMaximumSuppression.Select(boxes, 0.5));
        Assert.Equal([0], NonMaximumSuppression.Select(boxes, 0.4999999));
    }

    [Fact]
    public void Of_equal_scores_the_first_wins()
    {
        Candidate[] boxes = [.. Enumerable.Range(0, 40).Select(i => Box(i % 2, 0, 10 + (i % 2), 10, 0.5f))];

        Assert.Equal([0], NonMaximumSuppression.Select(boxes, 0.6));
    }

    [Fact]
    public void It_ends_at_the_limit_and_bears_none()
    {
        Candidate[] apart = [.. Enumerable.Range(0, 30).Select(i => Box(20 * i, 0, (20 * i) + 10, 10, i / 100f))];

        Assert.Equal([29, 28, 27], NonMaximumSuppression.Select(apart, 0.6, 3));
        Assert.Empty(NonMaximumSuppression.Select([], 0.6));
    }

    [Fact]
    public void Empty_boxes_suppress_nothing()
    {
        Candidate[] boxes = [Box(5, 5, 5, 5, 0.9f), Box(5, 5, 5, 5, 0.8f)];

        Assert.Equal([0, 1], NonMaximumSuppression.Select(boxes, 0.6));
    }

    [Fact]
    public void What_is_kept_does_not_overlap_and_what_is_dropped_does()
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Candidate[] boxes = RandomBoxes(60, 3, seed);
            int[] kept = NonMaximumSuppression.Select(boxes, 0.5);
            foreach (int i in kept)
            {
                Assert.DoesNotContain(kept, j => j != i && Clash(i, j));
            }

            foreach (int i in Enumerable.Range(0, boxes.Length).Except(kept))
            {
                Assert.Contains(kept, j => boxes[j].Score >= boxes[i].Score && Clash(i, j));
            }

            bool Clash(int i, int j) => boxes[i].ClassIndex == boxes[j].ClassIndex && boxes[i].Box.IoU(boxes[j].Box) > 0.5;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(3000, 12, 0.6, 1)]
    [InlineData(2000, 1, 0.5, 2)]
    [InlineData(5000, 80, 0.3, 3)]
    public void The_result_is_torchvisions(int count, int classes, double threshold, int seed)
    {
        TorchOracle.SkipUnlessAvailable();
        Candidate[] boxes = RandomBoxes(count, classes, seed);
        float[] values = [.. boxes.SelectMany(b => new[] { b.X1, b.Y1, b.X2, b.Y2, b.Score, b.ClassIndex })];

        // _batched_nms_vanilla is batched_nms without its trick of shifted boxes, which rounds coordinates.
        long[] expected = TorchOracle.Run<long>(
            $"""
            rows = values.view(-1, 6)
            boxes, scores, classes = rows[:, :4].contiguous(), rows[:, 4].contiguous(), rows[:, 5].long()
            kept = torchvision.ops.boxes._batched_nms_vanilla(boxes, scores, classes, {threshold})
            # It sorts what it kept by score without promising an order of ties: take the stable one.
            kept = kept.sort().values
            kept = kept[rows[kept, 4].sort(descending=True, stable=True).indices]
            result = kept.numpy()
            """,
            values);

        Assert.InRange(expected.Length, 10, count - 10);
        Assert.Equal(expected, NonMaximumSuppression.Select(boxes, threshold).Select(i => (long)i));
    }

    /// <summary>Boxes on whole pixels and scores with two digits: ties of scores and of overlaps are frequent.</summary>
    private static Candidate[] RandomBoxes(int count, int classes, int seed)
    {
        Random random = new(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                float x = random.Next(120);
                float y = random.Next(120);
                return Box(x, y, x + random.Next(1, 60), y + random.Next(1, 60), random.Next(100) / 100f, random.Next(classes));
            }),
        ];
    }
}
