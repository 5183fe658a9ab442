namespace Panoptes.Masks.Codec;

/// <summary>What the principal components of masks are taken of.</summary>
public enum MaskSpace
{
    /// <summary>Logits of smoothed pixels: ln(p / (1 − p)); what is decoded goes through a sigmoid.</summary>
    Logit,

    /// <summary>The pixels themselves, 0 and 1; what is decoded is limited to 0.01 to 0.99.</summary>
    Binary,
}
