namespace Panoptes.Training.Configuration;

/// <summary>Normalization after a convolution outside the backbone.</summary>
public enum ConvNorm
{
    /// <summary>None; the convolution has a bias.</summary>
    None,

    /// <summary>Group normalization.</summary>
    GroupNorm,
}
