namespace Panoptes.Coco.Formats;

/// <summary>How much of a dataset there is.</summary>
/// <param name="Images">Images.</param>
/// <param name="Objects">Objects, or segments of a panoptic dataset.</param>
/// <param name="Classes">Classes.</param>
public sealed record ConversionCounts(int Images, int Objects, int Classes);
