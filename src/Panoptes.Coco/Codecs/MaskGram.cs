using System.Numerics;
using Panoptes.Coco.Numerics;
using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// The principal components of few masks: of fewer masks than pixels, the products of masks with each other are the smaller matrix, and
/// have the same eigenvalues as the covariance of pixels. Products of binary masks are exact: one AND and one count of bits for 64 pixels.
/// </summary>
internal static class MaskGram
{
    /// <summary>The largest variances of masks and the directions of them.</summary>
    /// <param name="masks">The masks' bits; at least two.</param>
    /// <param name="mean">The share of masks that have a pixel set.</param>
    /// <param name="count">How many components are wanted; there are at most as many as masks.</param>
    /// <returns>Variances (divided by n − 1), largest first, with their unit vectors.</returns>
    public static (double[] Values, double[][] Vectors) Decompose(MaskList masks, double[] mean, int count)
    {
        int n = masks.Count;
        double[] products = new double[n * n]; // (b_k − mean) · (b_l − mean) = b_k · b_l − b_k · mean − b_l · mean + mean · mean
        double[] withMean = new double[n];
        for (int k = 0; k < n; k++)
        {
            for (int l = 0; l <= k; l++)
            {
                int both = CountBoth(masks[k], masks[l]);
                products[(k * n) + l] = both;
                withMean[k] += (double)both / n;
                withMean[l] += l < k ? (double)both / n : 0;
            }
        }

        double meanSquare = withMean.Average();
        for (int k = 0; k < n; k++)
        {
            for (int l = 0; l <= k; l++)
            {
                products[(k * n) + l] = (products[(k * n) + l] - withMean[k] - withMean[l] + meanSquare) / (n - 1);
            }
        }

        (double[] values, double[][] shares) = SymmetricEigen.Decompose(products, n, Math.Min(count, n));
        return (values, ToPixels(masks, mean, shares));
    }

    /// <summary>An eigenvector of the products holds the share of each mask in a component.</summary>
    private static double[][] ToPixels(MaskList masks, double[] mean, double[][] shares)
    {
        double[][] vectors = [.. shares.Select(_ => new double[mean.Length])];
        byte[] pixels = new byte[mean.Length];
        double[] centerd = new double[mean.Length];
        for (int k = 0; k < masks.Count; k++)
        {
            BytePacking.Unpack(masks[k], pixels, 1);
            for (int i = 0; i < pixels.Length; i++)
            {
                centerd[i] = pixels[i] - mean[i];
            }

            for (int c = 0; c < vectors.Length; c++)
            {
                VectorMath.AddScaled<double>(vectors[c], centerd, shares[c][k]);
            }
        }

        foreach (double[] vector in vectors)
        {
            SymmetricEigen.Normalize(vector);
            SymmetricEigen.Orient(vector);
        }

        return vectors;
    }

    private static int CountBoth(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int count = 0;
        for (int i = 0; i < a.Length; i++)
        {
            count += BitOperations.PopCount(a[i] & b[i]);
        }

        return count;
    }
}
