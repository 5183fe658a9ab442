using Panoptes.Masks;

namespace Panoptes.Inference.Ciae;

/// <summary>The embedding of one image of a batch, as queries read it.</summary>
/// <param name="map">The embedding [N, D, h, w].</param>
/// <param name="image">Index of the image in the batch.</param>
/// <param name="columns">Its columns.</param>
/// <param name="rows">Its rows.</param>
internal sealed class ImageEmbedding(FeatureMap map, int image, ImageAxis columns, ImageAxis rows)
{
    private const double SmallestNorm = 1e-12; // as in PyTorch's normalize

    /// <summary>The embedding [N, D, h, w].</summary>
    public FeatureMap Map => map;

    /// <summary>Index of the image in the batch.</summary>
    public int Image => image;

    /// <summary>Its columns.</summary>
    public ImageAxis Columns => columns;

    /// <summary>Its rows.</summary>
    public ImageAxis Rows => rows;

    /// <summary>The unit vector of the enlarged embedding at a pixel of the network's input.</summary>
    public float[] At(int x, int y)
    {
        (int left, double right) = (columns.Input.Index[x], columns.Input.Weight[x]);
        (int top, double bottom) = (rows.Input.Index[y], rows.Input.Weight[y]);
        int across = Math.Min(left + 1, map.Width - 1);
        int down = Math.Min(top + 1, map.Height - 1) * map.Width;
        double[] vector = new double[map.Channels];
        for (int d = 0; d < vector.Length; d++)
        {
            ReadOnlySpan<float> plane = map.Plane(image, d);
            double above = ((1 - right) * plane[(top * map.Width) + left]) + (right * plane[(top * map.Width) + across]);
            double below = ((1 - right) * plane[down + left]) + (right * plane[down + across]);
            vector[d] = ((1 - bottom) * above) + (bottom * below);
        }

        return Normalize(vector);
    }

    /// <summary>The direction of the mean over a mask of the image's own pixels, before they are normalized (Eq. 3 and 4).</summary>
    public float[] MeanOver(Rle mask)
    {
        // Enlarging is linear: the sum over pixels is one over cells, each with what it adds to all of them.
        double[] weights = new double[map.Height * map.Width];
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            (int left, double right) = (columns.Image.Index[run.X], columns.Image.Weight[run.X]);
            int across = Math.Min(left + 1, map.Width - 1);
            for (int y = run.Top; y < run.Bottom; y++)
            {
                (int top, double bottom) = (rows.Image.Index[y] * map.Width, rows.Image.Weight[y]);
                int down = Math.Min(top + map.Width, (map.Height - 1) * map.Width);
                weights[top + left] += (1 - bottom) * (1 - right);
                weights[top + across] += (1 - bottom) * right;
                weights[down + left] += bottom * (1 - right);
                weights[down + across] += bottom * right;
            }
        }

        double[] sum = new double[map.Channels];
        for (int d = 0; d < sum.Length; d++)
        {
            ReadOnlySpan<float> plane = map.Plane(image, d);
            for (int i = 0; i < weights.Length; i++)
            {
                sum[d] += weights[i] * plane[i];
            }
        }

        return Normalize(sum);
    }

    /// <summary>The direction of a vector; zeros stay zeros.</summary>
    public static float[] Normalize(double[] vector)
    {
        double norm = Math.Max(Math.Sqrt(vector.Sum(v => v * v)), SmallestNorm);
        return [.. vector.Select(v => (float)(v / norm))];
    }
}
