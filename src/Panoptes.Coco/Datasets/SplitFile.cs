namespace Panoptes.Coco.Datasets;

/// <summary>A file that a split wrote.</summary>
/// <param name="Path">The file.</param>
/// <param name="Images">Its images.</param>
/// <param name="Annotations">Its annotations: objects, or panoptic images.</param>
public sealed record SplitFile(string Path, int Images, int Annotations);
