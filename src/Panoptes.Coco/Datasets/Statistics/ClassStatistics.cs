namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>What a dataset holds of a class.</summary>
public sealed record ClassStatistics
{
    /// <summary>The class's id in the file.</summary>
    public required long Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a thing or stuff; null in an instance dataset, which does not say.</summary>
    public bool? IsThing { get; init; }

    /// <summary>Its objects, crowds not among them; for stuff its segments.</summary>
    public required int Objects { get; init; }

    /// <summary>Its crowds.</summary>
    public required int Crowds { get; init; }

    /// <summary>Images with one of its objects at least.</summary>
    public required int Images { get; init; }

    /// <summary>Its part of the objects of all classes, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>The sum of its objects' areas, in pixels.</summary>
    public required double Area { get; init; }

    /// <summary>Mean area of an object, in pixels; null without objects.</summary>
    public double? MeanArea { get; init; }

    /// <summary>Median area, in pixels; null without objects.</summary>
    public double? MedianArea { get; init; }

    /// <summary>Its objects by size.</summary>
    public required SizeClasses Sizes { get; init; }
}
