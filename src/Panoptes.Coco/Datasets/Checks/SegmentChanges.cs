using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What a repair changes in a segment; null stays as it is.</summary>
internal sealed record SegmentChanges
{
    public bool IsSkipped { get; set; }

    public long? Area { get; set; }

    public bool? IsCrowd { get; set; }

    public BoxXywh? Box { get; set; }

    /// <summary>Whether anything changes.</summary>
    public bool Any => IsSkipped || Area is not null || IsCrowd is not null || Box is not null;

    /// <summary>The changes of the segment's text.</summary>
    public IEnumerable<JsonChange> ToJson()
    {
        if (Area is { } area)
        {
            yield return JsonChange.Integer("area", area);
        }

        if (IsCrowd is { } crowd)
        {
            yield return JsonChange.Integer("iscrowd", crowd ? 1 : 0);
        }

        if (Box is { } box)
        {
            yield return new JsonChange("bbox", json => CocoWriter.WriteBox(json, box));
        }
    }
}
