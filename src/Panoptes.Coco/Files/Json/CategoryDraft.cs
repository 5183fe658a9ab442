using Panoptes.Imaging;

namespace Panoptes.Coco.Files.Json;

/// <summary>An element of the list <c>categories</c>, of whatever kind of dataset.</summary>
internal readonly record struct CategoryDraft(
    long Id, string Name, string? Supercategory, string? Frequency, bool? IsThing, Rgb? Color)
{
    /// <summary>The id where it is a text, which <see cref="Id"/> then stands for.</summary>
    public string? IdText { get; init; }

    /// <summary>The class of an instance dataset.</summary>
    public CocoCategory ToCategory() => new(Id, Name, Supercategory) { IdText = IdText, Frequency = Frequency };
}
