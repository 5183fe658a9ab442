using System.Numerics;
using Panoptes.Coco.Numerics;
using Panoptes.Inference.MEInst;

namespace Panoptes.Coco.Codecs;

/// <summary>Fits MEInst's mask encoding (arXiv 2003.11712, section 3.2) to masks: exact principal components.</summary>
public static class PcaFit
{
    private const int MostKept = 200; // the curve of the paper's Figure 5 ends there

    /// <summary>Fits a codec to masks: exact principal components.</summary>
    /// <param name="masks">The masks.</param>
    /// <param name="options">How to encode; its size is that of the masks. Null for the defaults.</param>
    /// <exception cref="InputException">There are fewer than two masks, or an option makes no sense.</exception>
    public static PcaCodec Fit(MaskSet masks, MaskCodecOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(masks);
        options ??= new MaskCodecOptions { Size = masks.Size };
        options.Validate();
        if (options.Size != masks.Size)
        {
            throw InputException.ForSetting(null, $"the codec's size is {options.Size}, but the masks are {masks.Size}x{masks.Size}");
        }

        if (masks.Count < 2)
        {
            throw InputException.ForSetting(null, $"the dataset has {masks.Count} masks; a codec needs at least two, and better thousands");
        }

        return new PcaCodec(options, FitComponents(masks, options));
    }

    /// <summary>Fits the components of all classes together, or of each. A class with fewer than two masks takes those of all.</summary>
    private static IReadOnlyList<CodecComponents> FitComponents(MaskSet masks, MaskCodecOptions options)
    {
        CodecComponents all = FitComponents(MaskList.All(masks), options);
        if (!options.ByClass)
        {
            return [all];
        }

        Dictionary<long, MaskList> lists = MaskList.ByClass(masks);
        return [.. masks.Categories.AsParallel().AsOrdered()
            .Select(c => lists.TryGetValue(c.Id, out MaskList? own) && own.Count > 1 ? FitComponents(own, options) : all)];
    }

    private static CodecComponents FitComponents(MaskList masks, MaskCodecOptions options)
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
        double logit = options.Logit;
        double scale = isLogit ? 4 * logit * logit : 1;
        double noise = isLogit ? options.LogitVariance : 0;
        float[] components = new float[kept * pixels];
        double[] variances = new double[kept];
        for (int n = 0; n < values.Length && values[n] > CodecComponents.NoVariance * total; n++)
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
