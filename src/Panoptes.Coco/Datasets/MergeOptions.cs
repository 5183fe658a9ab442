namespace Panoptes.Coco.Datasets;

/// <summary>How datasets are joined.</summary>
public sealed record MergeOptions
{
    /// <summary>
    /// A folder for each dataset, put before its file names, so that images of the same name remain different; null leaves the names.
    /// </summary>
    public IReadOnlyList<string>? PrefixFolders { get; init; }

    /// <summary>
    /// Whether an image of the same file name in two datasets is one image, with the objects of both. Default false: an error.
    /// </summary>
    public bool JoinImages { get; init; }
}
