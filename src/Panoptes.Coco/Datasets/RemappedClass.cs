namespace Panoptes.Coco.Datasets;

/// <summary>A class and what it was made of.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="From">The names of the classes that it was made of.</param>
public sealed record RemappedClass(long Id, string Name, IReadOnlyList<string> From);
