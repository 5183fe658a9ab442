namespace Panoptes.Training.Models.EmbedMask;

/// <summary>How many margins an instance has.</summary>
public enum MarginDims
{
    /// <summary>One (the paper).</summary>
    Scalar,

    /// <summary>One for each dimension of the embedding.</summary>
    PerDim,
}
