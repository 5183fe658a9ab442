namespace Panoptes.Training.Configuration;

/// <summary>Normalisation after each convolution of the backbone.</summary>
public enum BackboneNorm
{
    /// <summary>Batch normalisation whose statistics and affine parameters are constants of the loaded weights.</summary>
    FrozenBatchNorm,

    /// <summary>Batch normalisation that is trained; needs batches of several images.</summary>
    BatchNorm,

    /// <summary>Group normalisation; the choice for training from scratch in small batches.</summary>
    GroupNorm,
}
