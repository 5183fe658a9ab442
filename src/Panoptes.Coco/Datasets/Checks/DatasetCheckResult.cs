namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What a check found.</summary>
/// <param name="Kind">What the dataset annotates.</param>
/// <param name="Images">Elements of <c>images</c>.</param>
/// <param name="Annotations">Elements of <c>annotations</c>: objects, or panoptic images.</param>
/// <param name="Classes">Elements of <c>categories</c>.</param>
/// <param name="Findings">What was found, errors first.</param>
/// <param name="Repair">What was repaired; null where that was not asked for.</param>
public sealed record DatasetCheckResult(
    DatasetKind Kind, int Images, int Annotations, int Classes, IReadOnlyList<DatasetFinding> Findings, DatasetRepair? Repair = null)
{
    /// <summary>The instances: objects, or the segments of panoptic images.</summary>
    public int Instances { get; init; }

    /// <summary>Why no repaired copy was written; null where it was, or was not asked for.</summary>
    public string? Refusal { get; init; }

    /// <summary>Findings that are errors, counted one by one.</summary>
    public int Errors => CountOf(ProblemSeverity.Error);

    /// <summary>Findings that are warnings, counted one by one.</summary>
    public int Warnings => CountOf(ProblemSeverity.Warning);

    private int CountOf(ProblemSeverity severity) => Findings.Where(f => f.Problem.Severity == severity).Sum(f => f.Count);
}
