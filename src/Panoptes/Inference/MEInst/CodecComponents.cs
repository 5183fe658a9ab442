namespace Panoptes.Inference.MEInst;

/// <summary>The principal components of some masks, in the codec's space.</summary>
/// <param name="Mean">The mean of each pixel.</param>
/// <param name="Vectors">The components, unit vectors one behind the other, the one with the largest variance first: [component, pixel].
/// There may be more than a codec uses.</param>
/// <param name="Variances">The variance of the masks along each component (divided by n − 1); 0, and the component too, where they have
/// none.</param>
/// <param name="TotalVariance">The variance along all components, those that are skipped included.</param>
public sealed record CodecComponents(float[] Mean, float[] Vectors, double[] Variances, double TotalVariance)
{
    /// <summary>Of all variance: a component with less holds nothing but rounding.</summary>
    public const double NoVariance = 1e-12;

    /// <summary>The number of components.</summary>
    public int Count => Variances.Length;
}
