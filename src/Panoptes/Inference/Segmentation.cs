using Panoptes.Coco;
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
    /// <summary>Every pixel's segment; null for a model of instances alone.</summary>
    public PanopticSegmentation? Panoptic { get; init; }

    /// <summary>The instances as entries of a COCO results file, with the dataset's category ids.</summary>
    /// <param name="imageId">The image's id in the dataset.</param>
    public IReadOnlyList<CocoDetection> ToCoco(long imageId) =>
        [.. Instances.Select(i => new CocoDetection(imageId, i.CategoryId, BoxXywh.FromBox(i.Box), i.Score, i.Mask))];
}
