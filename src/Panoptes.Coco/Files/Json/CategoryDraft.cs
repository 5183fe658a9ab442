using Panoptes.Imaging;

namespace Panoptes.Coco.Files.Json;

/// <summary>An element of the list <c>categories</c>, of whatever kind of dataset.</summary>
internal readonly record struct CategoryDraft(
    int Id, string Name, string? Supercategory, string? Frequency, bool? IsThing, Rgb? Color);
