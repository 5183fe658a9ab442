using Panoptes.Torch;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// The sums of the embedding over the segments of an image (Eq. 3 and 4), taken before it is normalized. Enlarging is linear, so the
/// sum over full-resolution pixels is a product with the embedding as the network gives it: a pixel adds its four weights to its
/// segment's row of a matrix, and nothing of full resolution is ever made.
/// </summary>
internal sealed class SegmentSums
{
    private SegmentSums(int[] labels, long[] pixels, Tensor values)
    {
        Labels = labels;
        Pixels = pixels;
        Values = values;
    }

    /// <summary>The labels that occur, rising.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>How many pixels have each of them.</summary>
    public IReadOnlyList<long> Pixels { get; }

    /// <summary>[segments, D]; gradients flow into the embedding.</summary>
    public Tensor Values { get; }

    /// <summary>Adds up an image's embedding.</summary>
    /// <param name="embedding">[D, h, w].</param>
    /// <param name="labels">A label for each pixel of the enlarged embedding, row by row; negative ones are ignored.</param>
    /// <param name="factor">How much labels are finer than the embedding: 1 or 4.</param>
    public static SegmentSums Of(Tensor embedding, ReadOnlySpan<short> labels, int factor)
    {
        SortedDictionary<int, long> counts = new();
        foreach (short label in labels)
        {
            if (label >= 0)
            {
                counts[label] = counts.GetValueOrDefault(label) + 1;
            }
        }

        (int height, int width) = ((int)embedding.Size(1), (int)embedding.Size(2));
        float[] weights = Weights(labels, [.. counts.Keys], height, width, factor);
        Tensor matrix = Tensor.From<float>(weights, [counts.Count, height * width]).To(embedding.Device, embedding.DType);
        Tensor pixels = embedding.Permute([1, 2, 0]).Reshape([height * width, embedding.Size(0)]); // [hw, D]
        return new SegmentSums([.. counts.Keys], [.. counts.Values], matrix.Matmul(pixels));
    }

    // [segments, h · w]: how much each cell of the embedding adds to each segment's sum.
    private static float[] Weights(ReadOnlySpan<short> labels, ReadOnlySpan<int> present, int height, int width, int factor)
    {
        float[] weights = new float[present.Length * height * width];
        int[] rows = new int[present.Length == 0 ? 0 : present[^1] + 1];
        for (int i = 0; i < present.Length; i++)
        {
            rows[present[i]] = i * height * width;
        }

        BilinearTap[] across = BilinearTap.Of(width, factor);
        BilinearTap[] down = BilinearTap.Of(height, factor);
        for (int y = 0; y < down.Length; y++)
        {
            BilinearTap v = down[y];
            ReadOnlySpan<short> line = labels.Slice(y * across.Length, across.Length);
            for (int x = 0; x < line.Length; x++)
            {
                if (line[x] < 0)
                {
                    continue;
                }

                BilinearTap h = across[x];
                Span<float> upper = weights.AsSpan(rows[line[x]] + (v.First * width), width);
                Span<float> lower = weights.AsSpan(rows[line[x]] + (v.Second * width), width);
                upper[h.First] += (1 - v.Share) * (1 - h.Share);
                upper[h.Second] += (1 - v.Share) * h.Share;
                lower[h.First] += v.Share * (1 - h.Share);
                lower[h.Second] += v.Share * h.Share;
            }
        }

        return weights;
    }
}
