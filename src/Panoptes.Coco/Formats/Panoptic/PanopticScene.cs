using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>An image of a panoptic dataset with its labels.</summary>
/// <param name="Image">The image.</param>
/// <param name="Labels">The segment of each pixel, 0 for none.</param>
/// <param name="Segments">The segments, each of which has a pixel.</param>
internal sealed record PanopticScene(CocoImage Image, LabelMap Labels, IReadOnlyList<PanopticSegment> Segments);
