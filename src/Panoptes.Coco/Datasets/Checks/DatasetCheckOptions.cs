namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What is looked at when a dataset is checked.</summary>
public sealed record DatasetCheckOptions
{
    /// <summary>The folder of the images; null leaves the image files out.</summary>
    public string? Images { get; init; }

    /// <summary>The folder of a panoptic dataset's PNGs; null leaves them out.</summary>
    public string? PanopticFolder { get; init; }

    /// <summary>
    /// Another dataset, of which no image may be in this one: what is trained on must not be measured on. Null for none.
    /// </summary>
    public string? Against { get; init; }

    /// <summary>The folder of the other dataset's images: with both folders the files are compared, else ids and names.</summary>
    public string? AgainstImages { get; init; }

    /// <summary>
    /// Whether a repair drops images that are missing or cannot be read, with their objects, and everything else that cannot be used.
    /// Default: they stay as they are, and the check of the copy names them.
    /// </summary>
    public bool DropUnusable { get; init; }

    /// <summary>
    /// Whether a repair may drop more than a tenth of the images or of the instances. Default: then nothing is written, and
    /// <see cref="DatasetCheckResult.Refusal"/> says why.
    /// </summary>
    public bool AllowLoss { get; init; }

    /// <summary>Whether a repair makes objects like others of crowds (<c>iscrowd</c> 0). Default: no.</summary>
    public bool ClearCrowd { get; init; }

    /// <summary>Where a repaired copy goes; null for none. Never the file that is checked.</summary>
    public string? Fix { get; init; }

    /// <summary>How large images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;
}
