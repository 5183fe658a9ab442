namespace Panoptes.Inference.Ciae;

/// <summary>How CIAE's pixel embedding becomes a panoptic segmentation (Gao et al. 2020, IV-C). The defaults are the paper's where it names them.</summary>
public sealed record CiaeOptions
{
    /// <summary>Numbers that a pixel's embedding has, D. Default 32.</summary>
    public int EmbeddingDim { get; init; } = 32;

    /// <summary>Whose word the class of an instance is. Default the detector's.</summary>
    public CategorySource CategorySource { get; init; } = CategorySource.Detector;

    /// <summary>Detections with a lower score are no instances; 0..1. The paper does not give it. Default 0.45.</summary>
    public double InstanceThreshold { get; init; } = 0.45;

    /// <summary>Segments of stuff with fewer pixels, at the image's own size, become void; at least 0. Default 4096 (64 x 64).</summary>
    public int MinStuffArea { get; init; } = 4096;

    /// <summary>Instances with fewer pixels, at the image's own size, are dropped; at least 0. Default 0: those without a pixel alone.</summary>
    public int MinThingArea { get; init; }
}
