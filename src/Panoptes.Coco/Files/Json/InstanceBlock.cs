namespace Panoptes.Coco.Files.Json;

/// <summary>What a block of an instance JSON holds.</summary>
internal sealed class InstanceBlock
{
    public List<CocoImage> Images { get; } = [];

    public List<CocoCategory> Categories { get; } = [];

    public RowList<InstanceDraft> Annotations { get; } = new();

    public List<DatasetWarning> Warnings { get; } = [];
}
