using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>
/// Chooses the set M_k of each object (EmbedMask 3.5): the positive locations whose embedding and margin stand for the object while
/// training.
/// </summary>
internal static class ProposalSampler
{
    /// <summary>Chooses among the positives of a batch.</summary>
    /// <param name="config">The rule and its threshold.</param>
    /// <param name="grid">The locations.</param>
    /// <param name="targets">The positives.</param>
    /// <param name="predicted">Predicted distances of each positive, in strides: left, top, right, bottom.</param>
    /// <param name="boxes">Boxes of all objects of the batch.</param>
    /// <returns>
    /// Indices into the positives with the object each stands for. An object whose predicted boxes all miss it keeps its best one
    /// (the authors' code); an object without positives has none.
    /// </returns>
    public static IReadOnlyList<Sample> Choose(
        EmbedMaskConfig config, LocationGrid grid, FcosTargets targets, ReadOnlySpan<float> predicted, IReadOnlyList<Box> boxes)
    {
        double[] overlaps = new double[targets.Count];
        double[] best = new double[boxes.Count];
        for (int i = 0; i < targets.Count; i++)
        {
            (int x, int y, int stride) = grid.At((int)(targets.Rows[i] % grid.Count));
            ReadOnlySpan<float> d = predicted.Slice(4 * i, 4);
            Box box = new(x - (d[0] * stride), y - (d[1] * stride), x + (d[2] * stride), y + (d[3] * stride));
            int instance = targets.Objects[i];
            overlaps[i] = box.IoU(boxes[instance]);
            best[instance] = Math.Max(best[instance], overlaps[i]);
        }

        bool[] taken = new bool[boxes.Count];
        List<Sample> samples = new();
        for (int i = 0; i < targets.Count; i++)
        {
            int instance = targets.Objects[i];
            bool isBest = overlaps[i] >= best[instance];
            bool chosen = config.PositiveRule == PositiveRule.BestOne
                ? isBest && !taken[instance]
                : overlaps[i] > config.PositiveIou || config.PositiveIou <= 0 || (isBest && best[instance] <= config.PositiveIou);
            if (chosen)
            {
                taken[instance] = true;
                samples.Add(new Sample(i, instance));
            }
        }

        return samples;
    }

    /// <summary>A location that stands for an object.</summary>
    /// <param name="Positive">Index into the positives.</param>
    /// <param name="Object">Object, counted through the batch.</param>
    public readonly record struct Sample(int Positive, int Object);
}
