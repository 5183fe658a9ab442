namespace Panoptes.Training.Configuration;

/// <summary>Normalization after each convolution of the backbone.</summary>
public enum BackboneNorm
{
    /// <summary>Batch normalization whose statistics and affine parameters are constants of the loaded weights.</summary>
    FrozenBatchNorm,

    /// <summary>Batch normalization that is trained; needs batches of several images.</summary>
    BatchNorm,

    /// <summary>batch_norm with the statistics of all parts of a batch: of all replicas and processes.</summary>
    SyncBatchNorm,

    /// <summary>Group normalization; the choice for training from scratch in small batches.</summary>
    GroupNorm,
}
