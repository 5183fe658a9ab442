using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The annotations of a dataset that were checked, and how a repair writes each of them.</summary>
internal abstract class AnnotationCheck
{
    /// <summary>The elements of <c>annotations</c>.</summary>
    public abstract int Count { get; }

    /// <summary>What a repair changes in an annotation; null leaves it out.</summary>
    /// <param name="index">The annotation's place in <c>annotations</c>.</param>
    /// <param name="element">Its text.</param>
    /// <param name="tally">Counts the changes.</param>
    public abstract IReadOnlyList<JsonChange>? Repair(int index, JsonListElement element, RepairTally tally);

    /// <summary>Finds images and classes without objects.</summary>
    /// <param name="head">The images and classes.</param>
    /// <param name="images">The places of the images that have objects.</param>
    /// <param name="log">Takes what was found.</param>
    protected static void FindUnused(DatasetHead head, HashSet<int> images, FindingLog log)
    {
        foreach (ImageEntry image in head.Images.Where(p => !p.IsSkipped && p.JoinedTo is null && !images.Contains(p.Index)))
        {
            log.Add(ProblemKind.ImageWithoutObjects, $"{image}");
        }

        foreach (ClassEntry entry in head.Classes.Where(c => !c.IsSkipped && !c.IsUsed))
        {
            log.Add(ProblemKind.ClassWithoutObjects, $"{entry}");
        }
    }
}
