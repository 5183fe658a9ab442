namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A repaired copy of a dataset.</summary>
/// <param name="Path">The file.</param>
/// <param name="Changes">What is different in it, and how often.</param>
/// <param name="Check">What a check of the copy finds; images are not decoded again for it.</param>
public sealed record DatasetRepair(string Path, IReadOnlyList<RepairChange> Changes, DatasetCheckResult Check);
