namespace Panoptes.Coco.Files;

/// <summary>How an instance dataset is read.</summary>
public sealed record InstanceDatasetOptions
{
    /// <summary>Whether masks are read. Without them files load faster and an object needs no mask. Default: true.</summary>
    public bool Masks { get; init; } = true;

    /// <summary>
    /// Whether images, classes and annotations that are malformed are dropped with a warning. Default: false, the first of them stops the
    /// reading.
    /// </summary>
    public bool SkipInvalid { get; init; }

    /// <summary>How large images may be that the file declares.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;
}
