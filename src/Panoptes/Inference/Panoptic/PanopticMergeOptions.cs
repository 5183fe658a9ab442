namespace Panoptes.Inference.Panoptic;

/// <summary>
/// How instances and a semantic head's labels become one map (Kirillov et al. 2019, Panoptic Feature Pyramid Networks, 3.1). The defaults
/// are panopticapi's (combine_semantic_and_instance_predictions.py).
/// </summary>
public sealed record PanopticMergeOptions
{
    /// <summary>Instances with a lower score are skipped; 0..1. Default 0.5.</summary>
    public double InstanceThreshold { get; init; } = 0.5;

    /// <summary>An instance of which better ones cover a larger share than this is skipped; 0..1. Default 0.5.</summary>
    public double OverlapThreshold { get; init; } = 0.5;

    /// <summary>Segments of stuff with fewer pixels, at the image's own size, become void; at least 0. Default 4096 (64 x 64).</summary>
    public int MinStuffArea { get; init; } = 4096;
}
