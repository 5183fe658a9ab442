namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Counts what a repair changes.</summary>
internal sealed class RepairTally
{
    private readonly SortedDictionary<RepairKind, int> _counts = [];

    /// <summary>Counts a change, if it was made.</summary>
    public void Add(RepairKind kind, bool made = true)
    {
        if (made)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>What was counted.</summary>
    public IReadOnlyList<RepairChange> ToChanges() => [.. _counts.Select(count => new RepairChange(count.Key, count.Value))];
}
