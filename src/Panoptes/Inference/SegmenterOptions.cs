using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>What a caller may decide; everything else the model's card decides.</summary>
public sealed record SegmenterOptions
{
    /// <summary>
    /// Instances with a lower score are skipped before their masks are decoded; 0..1. Default 0: every detection, as AP needs it. For
    /// images to look at, 0.3 to 0.5 is usual.
    /// </summary>
    public double MinScore { get; init; }

    /// <summary>Replaces the card's preprocessing, for example to test at another size; null keeps it.</summary>
    public PreprocessingOptions? Preprocessing { get; init; }

    /// <summary>Replaces the card's detection options, for example to allow more detections; null keeps them.</summary>
    public DetectionOptions? Detection { get; init; }

    /// <summary>Replaces the options of the card's method, for example its threshold of masks; null keeps them.</summary>
    public MethodOptions? MethodOptions { get; init; }

    /// <summary>Replaces the card's rule of merging instances with stuff; null keeps it. Give it only where the network has a semantic
    /// head.</summary>
    public PanopticMergeOptions? PanopticMerge { get; init; }
}
