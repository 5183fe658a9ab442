using System.Numerics;
using Panoptes.Numerics;

namespace Panoptes.Masks.Codec;

/// <summary>The principal components of some masks, in the codec's space.</summary>
/// <param name="Mean">The mean of each pixel.</param>
/// <param name="Vectors">The components, unit vectors one behind the other, the one with the largest variance first: [component, pixel].
/// There may be more than a codec uses.</param>
/// <param name="Variances">The variance of the masks along each component (divided by n − 1); 0, and the component too, where they have
/// none.</param>
/// <param name="TotalVariance">The variance along all components, those that are skipped included.</param>
internal sealed record CodecComponents(float[] Mean, float[] Vectors, double[] Variances, double TotalVariance)
{
    /// <summary>Of all variance: a component with less holds nothing but rounding.</summary>
    public const double NoVariance = 1e-12;

    private const int MostKept = 200; // the curve of the paper's Figure 5 ends there

    /// <summary>The number of components.</summary>
    public int Count => Variances.Length;

    /// <summary>Fits the components of all classes together, or of each. A class with fewer than two masks takes those of all.</summary>
    public static IReadOnlyList<CodecComponents> Fit(MaskSet masks, MaskCodecOptions options)
    {
        CodecComponents all = Fit(MaskList.All(masks), options);
        if (!options.ByClass)
        {
            return [all];
        }

        Dictionary<int, MaskList> lists = MaskList.ByClass(masks);
        return [.. masks.Categories.AsParallel().AsOrdered()
            .Select(c => lists.TryGetValue(c.Id, out MaskList? own) && own.Count > 1 ? Fit(own, options) : all)];
    }

    private static CodecComponents Fit(MaskList masks, MaskCodecOptions options)
    {
        int pixels = options.Pixels;
        int kept = Math.Max(options.Dimension, Math.Min(MostKept, pixels));
        double[] mean = MeanOf(masks, pixels);
        (double[] values, double[][] vectors) = masks.Count < pixels
            ? MaskGram.Decompose(masks, mean, kept)
            : SymmetricEigen.Decompose(MaskMoments.Covariance(masks, pixels), pixels, kept);

        // The variance of a binary pixel is known from its mean.
        double total = mean.Sum(m => m * (1 - m)) * masks.Count / (masks.Count - 1);

        // From binary pixels to logits. With a constant amount of smoothing a logit is L (2 b − 1); noise that is independent of the mask
        // adds
        // its variance to each pixel's own. The components stay the same.
        bool isLogit = options.Space == MaskSpace.Logit;
        bool isRandom = isLogit && options.Smoothing == MaskSmoothing.Random;
        double logit = isRandom ? Smoothing.MeanLogit : Smoothing.ConstantLogit;
        double scale = isLogit ? 4 * logit * logit : 1;
        double noise = isRandom ? Smoothing.LogitVariance : 0;
        float[] components = new float[kept * pixels];
        double[] variances = new double[kept];
        for (int n = 0; n < values.Length && values[n] > NoVariance * total; n++)
        {
            variances[n] = (values[n] * scale) + noise;
            for (int i = 0; i < pixels; i++)
            {
                components[(n * pixels) + i] = (float)vectors[n][i];
            }
        }

        return new CodecComponents(
            [.. mean.Select(m => (float)(isLogit ? logit * ((2 * m) - 1) : m))], components, variances, (total * scale) + (noise * pixels));
    }

    /// <summary>The share of masks that have a pixel set.</summary>
    private static double[] MeanOf(MaskList masks, int pixels)
    {
        int[] counts = new int[pixels];
        for (int k = 0; k < masks.Count; k++)
        {
            ReadOnlySpan<ulong> mask = masks[k];
            for (int i = 0; i < mask.Length; i++)
            {
                for (ulong rest = mask[i]; rest != 0; rest &= rest - 1)
                {
                    counts[(i * 64) + BitOperations.TrailingZeroCount(rest)]++;
                }
            }
        }

        return [.. counts.Select(count => (double)count / masks.Count)];
    }
}
