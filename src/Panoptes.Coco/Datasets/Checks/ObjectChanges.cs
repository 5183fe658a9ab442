using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What a repair changes in an annotation; null stays as it is.</summary>
internal sealed record ObjectChanges
{
    /// <summary>Whether the object was understood and there is nothing in it: no pixel, no extent.</summary>
    public bool IsNothing { get; set; }

    public BoxXywh? Box { get; set; }

    public double? Area { get; set; }

    public bool? IsCrowd { get; set; }

    public CocoSegmentation? Segmentation { get; set; }

    /// <summary>The changes of the annotation's text.</summary>
    /// <param name="isCrowd">Whether the object is a crowd, after the changes.</param>
    public IEnumerable<JsonChange> ToJson(bool isCrowd)
    {
        if (Box is { } box)
        {
            yield return new JsonChange("bbox", json => CocoWriter.WriteBox(json, box));
        }

        if (Area is { } area)
        {
            yield return new JsonChange("area", json => json.WriteNumberValue(area));
        }

        if (IsCrowd is { } crowd)
        {
            yield return JsonChange.Integer("iscrowd", crowd ? 1 : 0);
        }

        if (Segmentation is { } segmentation)
        {
            yield return new JsonChange("segmentation", json => CocoWriter.WriteSegmentation(json, segmentation, isCrowd));
        }
    }
}
