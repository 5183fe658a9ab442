using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>A segment of an image with its pixels, for images whose map of labels is too large for memory.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Mask">Its pixels, at the image's size; masks of different segments share none.</param>
public sealed record SegmentMask(Segment Segment, Rle Mask);
