using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Areas and boxes of segments that do not have them.</summary>
internal static class SegmentFigures
{
    /// <summary>An image's segments; stated figures stay as they are.</summary>
    public static IReadOnlyList<PanopticSegment> Complete(PanopticScene scene)
    {
        if (scene.Segments.All(s => s.Area is not null && s.Bbox is not null))
        {
            return scene.Segments;
        }

        SortedDictionary<int, Rle> masks = scene.Labels.ToMasks();
        return [.. scene.Segments.Select(segment => Complete(segment, masks[segment.Id]))];
    }

    /// <summary>A segment with figures, those of its mask where it states none.</summary>
    public static PanopticSegment Complete(PanopticSegment segment, Rle mask) =>
        segment with { Area = segment.Area ?? mask.Area, Bbox = segment.Bbox ?? BoxXywh.FromBox(mask.Bounds) };
}
