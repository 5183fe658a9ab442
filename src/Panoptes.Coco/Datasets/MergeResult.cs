namespace Panoptes.Coco.Datasets;

/// <summary>Datasets that were joined.</summary>
/// <param name="File">The file.</param>
/// <param name="RenumberedImages">Images that got a new id, because theirs was taken.</param>
/// <param name="RenumberedAnnotations">Objects that got a new id.</param>
/// <param name="RenumberedCategories">Classes that got a new id: theirs was taken, or an earlier dataset has the name.</param>
/// <param name="JoinedImages">Images that an earlier dataset had already, and whose objects went there.</param>
/// <param name="Warnings">What was skipped, in sentences.</param>
public sealed record MergeResult(
    DatasetFile File,
    int RenumberedImages,
    int RenumberedAnnotations,
    int RenumberedCategories,
    int JoinedImages,
    IReadOnlyList<string> Warnings);
