namespace Panoptes.Datasets;

/// <summary>How data sets are joined.</summary>
public sealed record MergeOptions
{
    /// <summary>
    /// A folder for each data set, put before its file names, so that pictures of the same name remain different; null leaves the names.
    /// </summary>
    public IReadOnlyList<string>? PrefixFolders { get; init; }

    /// <summary>
    /// Whether a picture of the same file name in two data sets is one picture, with the objects of both. Default false: an error.
    /// </summary>
    public bool JoinPictures { get; init; }
}
