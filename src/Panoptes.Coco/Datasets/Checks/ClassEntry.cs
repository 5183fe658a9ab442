namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A class of a dataset that is checked.</summary>
/// <param name="index">Its place in <c>categories</c>.</param>
/// <param name="id">Its id; null where it has none.</param>
/// <param name="name">Its name; null where it has none.</param>
/// <param name="isThing">Whether its objects are counted one by one; null where the file does not say.</param>
internal sealed class ClassEntry(int index, int? id, string? name, bool? isThing)
{
    /// <summary>Its id; null where it has none.</summary>
    public int? Id { get; } = id;

    /// <summary>Its name; null where it has none.</summary>
    public string? Name { get; } = name;

    /// <summary>Whether its objects are counted one by one; null where the file does not say.</summary>
    public bool? IsThing { get; } = isThing;

    /// <summary>Whether a repair leaves it out.</summary>
    public bool IsSkipped { get; set; }

    /// <summary>Whether any object is of it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>How messages call it.</summary>
    public override string ToString() => Id is null ? $"categories[{index}]" : $"class {Id}{(Name is null ? "" : $" ({Name})")}";
}
