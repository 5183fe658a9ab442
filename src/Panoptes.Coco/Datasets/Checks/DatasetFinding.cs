namespace Panoptes.Coco.Datasets.Checks;

/// <summary>All of one kind of problem in a dataset.</summary>
/// <param name="Problem">The kind.</param>
/// <param name="Count">How often it occurs.</param>
/// <param name="Examples">The first of them: which object or image, and the value.</param>
public sealed record DatasetFinding(Problem Problem, int Count, IReadOnlyList<string> Examples);
