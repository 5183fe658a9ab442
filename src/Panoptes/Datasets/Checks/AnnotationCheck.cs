using Panoptes.Coco.Json;

namespace Panoptes.Datasets.Checks;

/// <summary>The annotations of a data set that were checked, and how a repair writes each of them.</summary>
internal abstract class AnnotationCheck
{
    /// <summary>The elements of <c>annotations</c>.</summary>
    public abstract int Count { get; }

    /// <summary>What a repair changes in an annotation; null leaves it out.</summary>
    /// <param name="index">The annotation's place in <c>annotations</c>.</param>
    /// <param name="element">Its text.</param>
    /// <param name="tally">Counts the changes.</param>
    public abstract IReadOnlyList<JsonChange>? Repair(int index, JsonListElement element, RepairTally tally);

    /// <summary>Finds pictures and classes without objects.</summary>
    /// <param name="head">The pictures and classes.</param>
    /// <param name="pictures">The places of the pictures that have objects.</param>
    /// <param name="log">Takes what was found.</param>
    protected static void FindUnused(DatasetHead head, HashSet<int> pictures, FindingLog log)
    {
        foreach (PictureEntry picture in head.Pictures.Where(p => !p.IsLeftOut && p.JoinedTo is null && !pictures.Contains(p.Index)))
        {
            log.Add(ProblemKind.PictureWithoutObjects, $"{picture}");
        }

        foreach (ClassEntry entry in head.Classes.Where(c => !c.IsLeftOut && !c.IsUsed))
        {
            log.Add(ProblemKind.ClassWithoutObjects, $"{entry}");
        }
    }
}
