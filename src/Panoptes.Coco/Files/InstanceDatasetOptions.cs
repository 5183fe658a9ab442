namespace Panoptes.Coco.Files;

/// <summary>How an instance dataset is read.</summary>
public sealed record InstanceDatasetOptions
{
    /// <summary>Whether masks are read. Without them files load faster and an object needs no mask. Default: true.</summary>
    public bool Masks { get; init; } = true;
}
