namespace Panoptes.Datasets;

/// <summary>Data sets that were joined.</summary>
/// <param name="File">The file.</param>
/// <param name="RenumberedImages">Pictures that got a new id, because theirs was taken.</param>
/// <param name="RenumberedAnnotations">Objects that got a new id.</param>
/// <param name="RenumberedCategories">Classes that got a new id: theirs was taken, or an earlier data set has the name.</param>
/// <param name="JoinedImages">Pictures that an earlier data set had already, and whose objects went there.</param>
/// <param name="Warnings">What was left out, in sentences.</param>
public sealed record MergeResult(
    DatasetFile File,
    int RenumberedImages,
    int RenumberedAnnotations,
    int RenumberedCategories,
    int JoinedImages,
    IReadOnlyList<string> Warnings);
