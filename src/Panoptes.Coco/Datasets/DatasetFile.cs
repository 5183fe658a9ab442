namespace Panoptes.Coco.Datasets;

/// <summary>A dataset that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Images">Its images.</param>
/// <param name="Annotations">Its annotations: objects, or panoptic images.</param>
/// <param name="Categories">Its classes.</param>
public sealed record DatasetFile(string Path, int Images, int Annotations, int Categories)
{
    /// <summary>What was not written, although that was not asked for.</summary>
    public IReadOnlyList<SkippedElements> Skipped { get; init; } = [];
}
