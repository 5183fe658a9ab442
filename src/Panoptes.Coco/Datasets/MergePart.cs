namespace Panoptes.Coco.Datasets;

/// <summary>What becomes of one of several datasets that are joined.</summary>
/// <param name="File">The dataset.</param>
/// <param name="Prefix">The folder put before its file names; null for none.</param>
/// <param name="Classes">The new ids of its classes.</param>
/// <param name="JoinedClasses">Its classes that an earlier one has by name; they are not written again.</param>
internal sealed record MergePart(DatasetLists File, string? Prefix, ClassMapping Classes, HashSet<long> JoinedClasses)
{
    /// <summary>The new ids of its images.</summary>
    public Dictionary<long, long> Images { get; } = [];

    /// <summary>Its images that an earlier one has; they are not written again.</summary>
    public HashSet<long> JoinedImages { get; } = [];

    /// <summary>The new name of a file.</summary>
    public string NameOf(string fileName) => Prefix is null || fileName.Length == 0 ? fileName : $"{Prefix.TrimEnd('/')}/{fileName}";
}
