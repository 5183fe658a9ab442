namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A class of a dataset that is checked.</summary>
/// <param name="index">Its place in <c>categories</c>.</param>
/// <param name="id">Its id as read; null where the element is not an object.</param>
/// <param name="name">Its name; null where it has none.</param>
/// <param name="isThing">Whether its objects are counted one by one; null where the file does not say.</param>
internal sealed class ClassEntry(int index, EntryId? id, string? name, bool? isThing)
{
    /// <summary>Its id; null where it has none.</summary>
    public long? Id { get; } = id?.Value;

    /// <summary>The id as messages show it.</summary>
    public string IdText { get; } = $"{id}";

    /// <summary>Whether the element is an object at all.</summary>
    public bool IsObject { get; } = id is not null;

    /// <summary>The id that a repair gives it; null where it keeps its own.</summary>
    public long? NewId { get; set; }

    /// <summary>Its name; null where it has none.</summary>
    public string? Name { get; } = name;

    /// <summary>Whether its objects are counted one by one; null where the file does not say.</summary>
    public bool? IsThing { get; } = isThing;

    /// <summary>Whether a repair leaves it out.</summary>
    public bool IsSkipped { get; set; }

    /// <summary>Whether any object is of it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>How messages call it.</summary>
    public override string ToString() => Id is null ? $"categories[{index}]" : $"class {IdText}{(Name is null ? "" : $" ({Name})")}";
}
