namespace Panoptes.Coco.Datasets.View;

/// <summary>What pages of a dataset's images show.</summary>
public sealed record DatasetViewOptions
{
    /// <summary>The dataset: a COCO instance or panoptic JSON.</summary>
    public required string Annotations { get; init; }

    /// <summary>The folder that its images' file names are relative to.</summary>
    public required string Images { get; init; }

    /// <summary>Whether images may lie outside of <see cref="Images"/>, where names lead out of it. Default: no.</summary>
    public bool AllowOutside { get; init; }

    /// <summary>How large the images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>The folder of a panoptic dataset's PNGs; null for instances.</summary>
    public string? PanopticFolder { get; init; }

    /// <summary>A COCO results file to show next to the annotations; null for none.</summary>
    public string? Predictions { get; init; }

    /// <summary>Predictions with a lower score are skipped. Default 0.3.</summary>
    public double MinScore { get; init; } = 0.3;

    /// <summary>
    /// Names of the classes to show: objects of others are skipped, and images that have none of these. Empty shows all.
    /// </summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Shows only this many of the images that are left, the first ones; null shows all.</summary>
    public int? Limit { get; init; }

    /// <summary>Images on a page, at least 1. Default 24.</summary>
    public int PageSize { get; init; } = 24;
}
