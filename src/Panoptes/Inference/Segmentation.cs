using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>What was found in one image.</summary>
/// <param name="Width">Width of the image, in pixels.</param>
/// <param name="Height">Height of the image, in pixels.</param>
/// <param name="Instances">The objects by falling score; empty when there are none.</param>
/// <param name="Timings">The time this image took.</param>
public sealed record Segmentation(int Width, int Height, IReadOnlyList<Instance> Instances, SegmentationTimings Timings)
{
    /// <summary>Every pixel's segment; null for a model that finds only instances.</summary>
    public PanopticSegmentation? Panoptic { get; init; }
}
