namespace Panoptes.Inference.MEInst;

/// <summary>The names of the outputs that a network of MEInst has in addition to its detector's.</summary>
internal static class MEInstOutputs
{
    /// <summary>The mask coefficients [N, D, h, w]: the codec's numbers, or the mask's own logits where it has no codec.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string MaskCoefficients(int level) => $"mask_coefficients_p{level + 3}";
}
