using Panoptes.Masks;

namespace Panoptes.Coco;

/// <summary>A detection, as <see cref="CocoDetection"/> has it, without an object for each.</summary>
internal readonly record struct DetectionRow(long ImageId, int CategoryId, BoxXywh? Bbox, double Score, StoredMask Mask)
{
    /// <summary>The same detection by value.</summary>
    public static DetectionRow Of(CocoDetection detection) =>
        new(detection.ImageId, detection.CategoryId, detection.Bbox, detection.Score, StoredMask.Of(detection.Mask));
}
