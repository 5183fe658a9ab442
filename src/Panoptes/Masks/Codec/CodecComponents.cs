using Panoptes.Numerics;

namespace Panoptes.Masks.Codec;

/// <summary>The principal components of some masks, in the codec's space.</summary>
/// <param name="Mean">The mean of each pixel.</param>
/// <param name="Vectors">The components, unit vectors one behind the other, the one with the largest variance first: [component, pixel]. There may be more
/// than a codec uses.</param>
/// <param name="Variances">The variance of the masks along each component (divided by n − 1).</param>
/// <param name="TotalVariance">The variance along all components, those that are left out included.</param>
internal sealed record CodecComponents(float[] Mean, float[] Vectors, double[] Variances, double TotalVariance)
{
    private const int MostKept = 200; // the curve of the paper's Figure 5 ends there

    /// <summary>The number of components.</summary>
    public int Count => Variances.Length;

    /// <summary>Fits the components of all classes together, or of each. A class with fewer than two masks takes those of all.</summary>
    public static IReadOnlyList<CodecComponents> Fit(MaskSet masks, MaskCodecOptions options)
    {
        CodecComponents all = FitOne(masks, options, null);
        return options.ByClass
            ? [.. masks.Categories.AsParallel().AsOrdered().Select(c => CountMasks(masks, c.Id) < 2 ? all : FitOne(masks, options, c.Id))]
            : [all];
    }

    private static int CountMasks(MaskSet masks, int category) =>
        masks.Blocks.Sum(block => Enumerable.Range(0, block.Count).Count(i => block.CategoryOf(i) == category));

    private static CodecComponents FitOne(MaskSet masks, MaskCodecOptions options, int? category)
    {
        MaskMoments moments = new(options.Pixels);
        foreach (MaskBlock block in masks.Blocks)
        {
            for (int i = 0; i < block.Count; i++)
            {
                if (category is null || block.CategoryOf(i) == category)
                {
                    moments.Add(block.Bits(i));
                }
            }
        }

        (double[] mean, double[] covariance) = moments.Finish();
        Transform(mean, covariance, options);
        double total = Enumerable.Range(0, mean.Length).Sum(i => covariance[(i * mean.Length) + i]);
        int kept = Math.Max(options.Dimension, Math.Min(MostKept, mean.Length));
        (double[] values, double[][] vectors) = SymmetricEigen.Decompose(covariance, mean.Length, kept);
        return new CodecComponents(
            [.. mean.Select(m => (float)m)],
            [.. vectors.SelectMany(v => v.Select(x => (float)x))],
            values,
            total);
    }

    /// <summary>
    /// From binary pixels to logits. With a constant amount of smoothing a logit is L (2 b − 1); noise that is independent of the mask adds its
    /// variance to each pixel's own.
    /// </summary>
    private static void Transform(double[] mean, double[] covariance, MaskCodecOptions options)
    {
        if (options.Space == MaskSpace.Binary)
        {
            return;
        }

        bool isRandom = options.Smoothing == MaskSmoothing.Random;
        double logit = isRandom ? Smoothing.MeanLogit : Smoothing.ConstantLogit;
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] = logit * ((2 * mean[i]) - 1);
        }

        for (int i = 0; i < covariance.Length; i++)
        {
            covariance[i] *= 4 * logit * logit;
        }

        for (int i = 0; isRandom && i < mean.Length; i++)
        {
            covariance[(i * mean.Length) + i] += Smoothing.LogitVariance;
        }
    }
}
