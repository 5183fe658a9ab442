using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>
/// The Lovász hinge (Yu and Blaschko 2015; the form of Berman et al. 2018): a convex surrogate of 1 − IoU. The hinge errors
/// e = 1 − logit·sign of a mask are sorted downwards and weighted with the growth of the Jaccard loss along that order.
/// </summary>
/// <remarks>
/// The weights depend on the order and the labels only, so they are constants of the gradient: they are computed on the CPU for all
/// masks of a batch at once, and autograd sees one product.
/// </remarks>
internal static class LovaszHinge
{
    /// <summary>The weighted sum over many masks.</summary>
    /// <param name="logits">[S]: the pixels' logits, mask after mask.</param>
    /// <param name="labels">Whether each pixel is foreground: 1 or 0.</param>
    /// <param name="offsets">Where each mask begins, and the end of the last: M + 1 numbers.</param>
    /// <param name="scales">A weight for each mask.</param>
    /// <returns>A scalar: Σ over masks of scale · loss.</returns>
    public static Tensor Sum(Tensor logits, ReadOnlyMemory<byte> labels, IReadOnlyList<int> offsets, IReadOnlyList<double> scales)
    {
        int count = labels.Length;
        float[] signs = new float[count];
        for (int i = 0; i < count; i++)
        {
            signs[i] = labels.Span[i] != 0 ? 1 : -1;
        }

        Tensor errors = 1 - logits * Tensor.From<float>(signs).To(logits.Device);
        float[] errorValues = errors.Detach().To(DType.Float32).ToArray<float>();
        float[] weights = new float[count];
        Parallel.For(0, scales.Count, mask =>
        {
            (int start, int length) = (offsets[mask], offsets[mask + 1] - offsets[mask]);
            Weights(
                errorValues.AsSpan(start, length),
                labels.Span.Slice(start, length),
                scales[mask],
                weights.AsSpan(start, length));
        });
        return (errors.Relu() * Tensor.From<float>(weights).To(logits.Device)).Sum();
    }

    /// <summary>The weight of each pixel of one mask; 0 where the hinge is inactive.</summary>
    /// <param name="errors">Hinge errors.</param>
    /// <param name="labels">1 for foreground, 0 for background.</param>
    /// <param name="scale">Factor on all weights.</param>
    /// <param name="weights">Receives the weights; same length, zero on entry.</param>
    internal static void Weights(ReadOnlySpan<float> errors, ReadOnlySpan<byte> labels, double scale, Span<float> weights)
    {
        // Errors of zero or less add nothing and stand behind all others: they need no place in the order.
        List<ulong> active = new();
        int foreground = 0;
        for (int i = 0; i < errors.Length; i++)
        {
            foreground += labels[i];
            if (errors[i] > 0)
            {
                // Positive floats order as their bits do; inverted, the largest comes first, and equals keep their places.
                active.Add(((ulong)~BitConverter.SingleToUInt32Bits(errors[i]) << 32) | (uint)i);
            }
        }

        Span<ulong> order = CollectionsMarshal.AsSpan(active);
        order.Sort();

        // J after the first n pixels of the order: 1 − (F − positives) / (F + negatives).
        (int positives, int negatives, double before) = (0, 0, 0.0);
        foreach (ulong entry in order)
        {
            int i = (int)(uint)entry;
            positives += labels[i];
            negatives += 1 - labels[i];
            double jaccard = 1 - ((foreground - positives) / (double)(foreground + negatives));
            weights[i] = (float)((jaccard - before) * scale);
            before = jaccard;
        }
    }
}
