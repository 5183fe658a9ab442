namespace Panoptes.Datasets;

/// <summary>A data set that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Images">Its pictures.</param>
/// <param name="Annotations">Its annotations: objects, or panoptic pictures.</param>
/// <param name="Categories">Its classes.</param>
public sealed record DatasetFile(string Path, int Images, int Annotations, int Categories);
