using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>What was compared, and what matching found: for those who look behind the figures.</summary>
/// <param name="Options">How it was measured.</param>
/// <param name="Categories">The classes that count, by ascending id.</param>
/// <param name="Images">The images that count, by ascending id.</param>
/// <param name="Rows">The dataset's objects, by <see cref="ObjectColumns.Source"/> of <paramref name="Objects"/>.</param>
/// <param name="Detections">The detections.</param>
/// <param name="Objects">The objects.</param>
/// <param name="Table">The matches.</param>
internal sealed record Matching(
    ApOptions Options,
    CocoCategory[] Categories,
    CocoImage[] Images,
    InstanceRow[] Rows,
    ObjectColumns Detections,
    ObjectColumns Objects,
    MatchTable Table)
{
    /// <summary>The number of classes: 1 where they are not told apart.</summary>
    public int ClassCount => Options.UseCategories ? Categories.Length : 1;

    /// <summary>Whether a detection counts at all: not one too many for its image.</summary>
    /// <param name="place">Its place in <see cref="Table"/>.</param>
    public bool Counts(int place) => Table.Ranks[place] < Options.MaxDetections[^1];

    /// <summary>Whether a detection neither helps nor harms at the first IoU threshold, for objects of all sizes.</summary>
    public bool IsIgnored(int place) => (Table.Ignored[Table.IndexOf(place, 0)] & 1) != 0;

    /// <summary>Whether a detection found an object at the first IoU threshold, of any size.</summary>
    public bool IsHit(int place) => (Table.Matched[Table.IndexOf(place, 0)] & 1) != 0 && !IsIgnored(place);

    /// <summary>Whether an object must be found.</summary>
    public bool MustBeFound(int index) => !CellMatcher.IsIgnored(Objects, index, Options.AreaRanges[0]);
}
