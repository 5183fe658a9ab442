using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>A detection without its mask, as <see cref="CocoDetection"/> has it, without an object for each.</summary>
internal readonly record struct DetectionRow(long ImageId, long CategoryId, BoxXywh? Bbox, double Score);
