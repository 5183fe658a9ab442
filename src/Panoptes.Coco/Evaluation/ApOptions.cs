namespace Panoptes.Coco.Evaluation;

/// <summary>How average precision is measured; the defaults are COCO's.</summary>
public sealed record ApOptions
{
    /// <summary>
    /// LVIS's rules, for datasets where no image is labeled with all classes: detections of classes that were not annotated in an image
    /// are skipped, those of classes that are not annotated exhaustively do no harm, and 300 in an image count, of all classes together.
    /// AP is given for rare, common and frequent classes too.
    /// </summary>
    public static ApOptions Lvis => new() { Federated = true, MaxDetections = [300] };

    /// <summary>The largest number of IoU thresholds.</summary>
    public const int MaxIouThresholds = 64;

    /// <summary>Compare by boxes or by masks. Default: masks.</summary>
    public IouType IouType { get; init; } = IouType.Segm;

    /// <summary>How wide the boundary is, as a share of the image's diagonal; for <see cref="IouType.Boundary"/>. Default: 0.02.</summary>
    public double BoundaryRatio { get; init; } = 0.02;

    /// <summary>IoU from which a detection matches, in (0, 1]; at most 64. Default: 0.5 to 0.95 in steps of 0.05.</summary>
    public IReadOnlyList<double> IouThresholds { get; init; } = NumpyMath.Linspace(0.5, 0.95, 10);

    /// <summary>Recalls at which precision is sampled, in [0, 1], ascending. Default: 0 to 1 in steps of 0.01.</summary>
    public IReadOnlyList<double> RecallThresholds { get; init; } = NumpyMath.Linspace(0, 1, 101);

    /// <summary>How many detections of a class count in an image, ascending; AP uses the last. Default: 1, 10, 100.</summary>
    public IReadOnlyList<int> MaxDetections { get; init; } = [1, 10, 100];

    /// <summary>Classes of object sizes, the first for the overall figures. Default: all, small to 32², medium to 96², large.</summary>
    public IReadOnlyList<AreaRange> AreaRanges { get; init; } =
    [
        new("all", 0, 1e10), new("small", 0, 32 * 32), new("medium", 32 * 32, 96 * 96), new("large", 96 * 96, 1e10),
    ];

    /// <summary>Where a detection's area comes from. Default: its box, as pycocotools does.</summary>
    public DetectionArea DetectionArea { get; init; }

    /// <summary>Whether a detection must have the class of its object; otherwise all count as one class. Default: true.</summary>
    public bool UseCategories { get; init; } = true;

    /// <summary>
    /// Whether images say which classes were looked for in them (<see cref="Files.CocoImage.Federated"/>), as <see cref="Lvis"/> describes.
    /// The last of <see cref="MaxDetections"/> then limits the detections of an image, of all classes. Default: false.
    /// </summary>
    public bool Federated { get; init; }

    /// <summary>The images to count, by id; null for all.</summary>
    public IReadOnlyCollection<long>? ImageIds { get; init; }

    /// <summary>The classes to count, by id; null for all.</summary>
    public IReadOnlyCollection<long>? CategoryIds { get; init; }

    /// <summary>Whether masks are compared.</summary>
    internal bool ComparesMasks => IouType != IouType.Bbox;

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InputException">They do not; the message names the option and what is allowed.</exception>
    internal void Validate()
    {
        Require(IouThresholds.Count is > 0 and <= MaxIouThresholds && All(IouThresholds, t => t is > 0 and <= 1),
            $"ApOptions.{nameof(IouThresholds)} must hold 1 to {MaxIouThresholds} numbers in (0, 1].");
        Require(RecallThresholds.Count > 0 && All(RecallThresholds, t => t is >= 0 and <= 1) && IsAscending(RecallThresholds),
            $"{nameof(RecallThresholds)} must hold numbers in [0, 1] in ascending order.");
        Require(MaxDetections.Count > 0 && All(MaxDetections, m => m > 0) && IsAscending(MaxDetections),
            $"ApOptions.{nameof(MaxDetections)} must hold numbers of 1 or more in ascending order.");
        Require(!Federated || UseCategories, $"{nameof(Federated)} tells classes apart, so {nameof(UseCategories)} must be true.");
        Require(BoundaryRatio is > 0 and <= 1, $"{nameof(BoundaryRatio)} must be in (0, 1].");
        Require(AreaRanges.Count > 0 && AreaRanges.All(r => r.Max >= r.Min && r.Name.Length > 0),
            $"ApOptions.{nameof(AreaRanges)} must hold named ranges whose end is not before their start.");
    }

    /// <summary>
    /// What ends the names of a range's statistics: its first letter, or its whole name where another range begins like it.
    /// </summary>
    internal string SuffixOf(int range)
    {
        string name = AreaRanges[range].Name;
        for (int other = 1; other < AreaRanges.Count; other++)
        {
            if (other != range && AreaRanges[other].Name[0] == name[0])
            {
                return name;
            }
        }

        return name[..1];
    }

    // As LINQ's, whose code for numbers every process would compile.
    private static bool All<T>(IReadOnlyList<T> values, Func<T, bool> allowed)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (!allowed(values[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAscending<T>(IReadOnlyList<T> values)
        where T : IComparable<T>
    {
        for (int i = 1; i < values.Count; i++)
        {
            if (values[i].CompareTo(values[i - 1]) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw InputException.ForSetting(null, message);
        }
    }
}
