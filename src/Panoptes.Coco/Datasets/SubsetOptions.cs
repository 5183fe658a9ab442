namespace Panoptes.Coco.Datasets;

/// <summary>What stays of a dataset.</summary>
public sealed record SubsetOptions
{
    /// <summary>The names of the classes that stay; null for all.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>How many images stay, chosen by <see cref="Seed"/>; null for all.</summary>
    public int? Images { get; init; }

    /// <summary>The ids of the images that stay; null for all.</summary>
    public IReadOnlyList<long>? Ids { get; init; }

    /// <summary>The smallest area, in square pixels, of an object that stays. Default 0.</summary>
    public double MinArea { get; init; }

    /// <summary>Whether images go that no object is left in. Default false: they stay, as background.</summary>
    public bool NonEmpty { get; init; }

    /// <summary>Whether an annotation of an unknown image or class is an error. Default false: it is skipped, counted and named.</summary>
    public bool Strict { get; init; }

    /// <summary>Decides which images are chosen: only by their ids and this number, the same on every machine.</summary>
    public long Seed { get; init; }
}
