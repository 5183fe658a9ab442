using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Holds what was compared, and what matching found: <see cref="Analysis.InstanceAnalysis"/> and <see cref="Comparison.ApComparison"/>
/// look behind the figures with it.
/// </summary>
public sealed class Matching
{
    internal Matching(
        ApOptions options,
        CocoCategory[] categories,
        CocoImage[] images,
        InstanceRow[] rows,
        ObjectColumns detections,
        ObjectColumns objects,
        MatchTable table)
    {
        Options = options;
        Categories = categories;
        Images = images;
        Rows = rows;
        Detections = detections;
        Objects = objects;
        Table = table;
    }

    /// <summary>How it was measured.</summary>
    internal ApOptions Options { get; }

    /// <summary>The classes that count, by ascending id.</summary>
    internal CocoCategory[] Categories { get; }

    /// <summary>The images that count, by ascending id.</summary>
    internal CocoImage[] Images { get; }

    /// <summary>The dataset's objects, by <see cref="ObjectColumns.Source"/> of <see cref="Objects"/>.</summary>
    internal InstanceRow[] Rows { get; }

    /// <summary>The detections.</summary>
    internal ObjectColumns Detections { get; }

    /// <summary>The objects.</summary>
    internal ObjectColumns Objects { get; }

    /// <summary>The matches.</summary>
    internal MatchTable Table { get; }

    /// <summary>The number of classes: 1 where they are not told apart.</summary>
    internal int ClassCount => Options.UseCategories ? Categories.Length : 1;

    /// <summary>Whether a detection counts at all: not one too many for its image.</summary>
    /// <param name="place">Its place in <see cref="Table"/>.</param>
    internal bool Counts(int place) => Table.Ranks[place] < Options.MaxDetections[^1];

    /// <summary>Whether a detection neither helps nor harms at the first IoU threshold, for objects of all sizes.</summary>
    internal bool IsIgnored(int place) => (Table.Ignored[Table.IndexOf(place, 0)] & 1) != 0;

    /// <summary>Whether a detection found an object at the first IoU threshold, of any size.</summary>
    internal bool IsHit(int place) => (Table.Matched[Table.IndexOf(place, 0)] & 1) != 0 && !IsIgnored(place);

    /// <summary>Whether an object must be found.</summary>
    internal bool MustBeFound(int index) => !CellMatcher.IsIgnored(Objects, index, Options.AreaRanges[0]);
}
