using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The annotations of a dataset that were checked, and how a repair writes each of them.</summary>
internal abstract class AnnotationCheck
{
    /// <summary>The elements of <c>annotations</c>.</summary>
    public abstract int Count { get; }

    /// <summary>The instances: objects, or the segments of panoptic images.</summary>
    public abstract int Instances { get; }

    /// <summary>How many of the instances a repair drops.</summary>
    public abstract int Dropped { get; }

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
        IEnumerable<ImageEntry> unused = head.Images
            .Where(p => !p.IsSkipped && p.Id is not null && p.JoinedTo is null && !images.Contains(p.Index));
        foreach (ImageEntry image in unused)
        {
            log.Add(ProblemKind.ImageWithoutObjects, $"{image}");
        }

        foreach (ClassEntry entry in head.Classes.Where(c => !c.IsSkipped && c.Id is not null && !c.IsUsed))
        {
            log.Add(ProblemKind.ClassWithoutObjects, $"{entry}");
        }
    }

    /// <summary>Finds that a dataset has nothing to learn from or to measure with.</summary>
    /// <param name="usable">Instances of a known image and class, with a box or mask.</param>
    /// <param name="crowds">How many of them are crowds.</param>
    /// <param name="log">Takes what was found.</param>
    protected static void FindUseless(int usable, int crowds, FindingLog log)
    {
        if (usable == 0)
        {
            log.Add(ProblemKind.NoInstances, "no instance of a known image and class");
        }
        else if (usable == crowds)
        {
            log.Add(ProblemKind.OnlyCrowds, $"iscrowd is 1 for all of {usable}");
        }
    }
}
