using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A mask that is right, or was made so.</summary>
/// <param name="Drawn">Its pixels; at least one.</param>
/// <param name="Extent">The outermost corners of its polygons, or of its pixels where it is run lengths.</param>
/// <param name="OutlineArea">The area within its polygons, or its pixels where it is run lengths.</param>
/// <param name="Repaired">What has to stand in the file instead; null where it stays as it is.</param>
internal sealed record CheckedMask(Rle Drawn, Box Extent, double OutlineArea, CocoSegmentation? Repaired);
