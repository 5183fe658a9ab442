namespace Panoptes.Coco.Datasets;

/// <summary>A dataset that was split.</summary>
/// <param name="Files">The files, in the order of the parts.</param>
/// <param name="LeftOver">Images that no part took, since the parts ask for fewer than there are.</param>
/// <param name="Skipped">Annotations that no part has.</param>
public sealed record SplitResult(IReadOnlyList<SplitFile> Files, int LeftOver, IReadOnlyList<SkippedElements> Skipped);
