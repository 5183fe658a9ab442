using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>A segment as the detection format has it: by itself, with its mask.</summary>
/// <param name="ImageId">Its image.</param>
/// <param name="Id">The annotation's id in the file.</param>
/// <param name="SegmentId">
/// Its label in the panoptic PNG, under a key of its own, for annotations number through the file; null in files that others wrote.
/// </param>
/// <param name="CategoryId">Its class.</param>
/// <param name="Area">Its pixels as stated, or null.</param>
/// <param name="Bbox">Its box as stated, or null.</param>
/// <param name="IsCrowd">Whether it is a crowd region.</param>
/// <param name="Outline">Its mask.</param>
internal sealed record DetectionAnnotation(
    long ImageId, long Id, int? SegmentId, long CategoryId, long? Area, Masks.BoxXywh? Bbox, bool IsCrowd, CocoSegmentation Outline);
