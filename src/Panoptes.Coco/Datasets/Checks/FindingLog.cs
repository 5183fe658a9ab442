namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What was found so far: how often each kind, and the first few of each. Used by one thread.</summary>
internal sealed class FindingLog
{
    private const int ExamplesKept = 5;

    private readonly SortedDictionary<ProblemKind, (int Count, List<string> Examples)> _found = [];

    /// <summary>Adds one finding.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="example">Where it is, and the value.</param>
    public void Add(ProblemKind kind, string example) => Add(kind, 1, [example]);

    /// <summary>Adds what another log holds, behind what this one does.</summary>
    public void Add(FindingLog other)
    {
        foreach ((ProblemKind kind, (int count, List<string> examples)) in other._found)
        {
            Add(kind, count, examples);
        }
    }

    /// <summary>The findings: errors first, in the order of <see cref="ProblemKind"/>.</summary>
    public IReadOnlyList<DatasetFinding> ToFindings() =>
    [
        .. _found
            .Select(found => new DatasetFinding(ProblemTable.Of(found.Key), found.Value.Count, found.Value.Examples))
            .OrderByDescending(finding => finding.Problem.Severity),
    ];

    private void Add(ProblemKind kind, int count, List<string> examples)
    {
        (int sum, List<string> kept) = _found.GetValueOrDefault(kind, (0, []));
        kept.AddRange(examples.Take(ExamplesKept - kept.Count));
        _found[kind] = (sum + count, kept);
    }
}
