using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Tests.Models;

public class ProposalSamplerTests
{
    // 3 x 3 locations of P3, at 12, 20 and 28, are positive for the first box; none for the second.
    private static readonly Box[] s_boxes = [new Box(0, 0, 40, 40), new Box(61, 61, 62, 62)];
    private static readonly LocationGrid s_grid = new(64, 64, 5);
    private static readonly FcosTargets s_targets =
        FcosTargets.Assign(new FcosConfig { CenterSamplingRadius = 1.1 }, s_grid, s_boxes, [0, 0], [2], inMask: null);

    [Fact]
    public void Every_location_above_the_threshold_is_taken()
    {
        Assert.Equal([0, 4], Choose(new(), (0, 0.6), (4, 0.9), (7, 0.4)));
        Assert.Equal([0, 4, 7], Choose(new() { PositiveIou = 0.39 }, (0, 0.6), (4, 0.9), (7, 0.4)));
    }

    [Fact]
    public void Where_none_is_above_the_threshold_the_best_is_taken() => Assert.Equal([7], Choose(new(), (0, 0.2), (7, 0.4)));

    [Fact]
    public void Where_no_prediction_overlaps_all_are_equally_good() => Assert.Equal(Enumerable.Range(0, 9), Choose(new()));

    [Fact]
    public void A_threshold_of_zero_takes_all() => Assert.Equal(Enumerable.Range(0, 9), Choose(new() { PositiveIou = 0 }, (0, 0.6)));

    [Fact]
    public void The_best_one_is_the_first_of_equals()
    {
        EmbedMaskConfig config = new() { PositiveRule = PositiveRule.BestOne };
        Assert.Equal([2], Choose(config, (1, 0.6), (2, 0.8), (5, 0.8)));
        Assert.Equal([0], Choose(config));
    }

    // Predicts at some positives a box with this IoU with the object's, and boxes without extent elsewhere.
    private static IEnumerable<int> Choose(EmbedMaskConfig config, params (int Positive, double IoU)[] predictions)
    {
        Assert.Equal(9, s_targets.Count);
        float[] distances = new float[4 * 9];
        foreach ((int positive, double iou) in predictions)
        {
            // The object's box, cut at its bottom: 40 x (40 · IoU), from the location out.
            (int x, int y, int stride) = s_grid.At((int)s_targets.Rows[positive]);
            double[] sides = [x, y, 40 - x, (40 * iou) - y];
            for (int i = 0; i < 4; i++)
            {
                distances[(4 * positive) + i] = (float)(sides[i] / stride);
            }
        }

        IReadOnlyList<ProposalSampler.Sample> samples = ProposalSampler.Choose(config, s_grid, s_targets, distances, s_boxes);
        Assert.All(samples, sample => Assert.Equal(0, sample.Object));
        return samples.Select(sample => sample.Positive);
    }
}
