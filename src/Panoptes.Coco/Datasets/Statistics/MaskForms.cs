namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>How masks are written, crowds' among them.</summary>
/// <param name="Polygons">As outlines.</param>
/// <param name="CompressedRle">As run lengths in COCO's text.</param>
/// <param name="UncompressedRle">As run lengths in a list of numbers.</param>
/// <param name="None">Not at all: only boxes.</param>
public readonly record struct MaskForms(int Polygons, int CompressedRle, int UncompressedRle, int None);
