namespace Panoptes.Training.Configuration;

/// <summary>Normalisation after a convolution outside the backbone.</summary>
public enum ConvNorm
{
    /// <summary>None; the convolution has a bias.</summary>
    None,

    /// <summary>Group normalisation.</summary>
    GroupNorm,
}
