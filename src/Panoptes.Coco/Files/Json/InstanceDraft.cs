using Panoptes.Masks;

namespace Panoptes.Coco.Files.Json;

/// <summary>An annotation as read, before it is checked and what is missing is filled in from its mask.</summary>
internal readonly record struct InstanceDraft(
    long Id, long ImageId, long CategoryId, BoxXywh? Bbox, double? Area, bool IsCrowd, StoredMask Mask)
{
    /// <summary>The same annotation by value.</summary>
    public static InstanceDraft Of(CocoAnnotation annotation) => new(
        annotation.Id,
        annotation.ImageId,
        annotation.CategoryId,
        annotation.Bbox,
        annotation.Area,
        annotation.IsCrowd,
        StoredMask.Of(annotation.Segmentation));
}
