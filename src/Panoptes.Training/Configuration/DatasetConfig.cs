using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>One set of images and its annotations.</summary>
public sealed record DatasetConfig
{
    /// <summary>Folder of the images.</summary>
    [ConfigPath(InDataRoot = true)]
    public string? Images { get; init; }

    /// <summary>
    /// COCO instance annotations (JSON). A panoptic network takes its objects from <c>panoptic</c> and is only measured by these.
    /// </summary>
    [ConfigPath(InDataRoot = true)]
    public string? Annotations { get; init; }

    /// <summary>COCO panoptic annotations (JSON). Alone, their things are the objects of any network.</summary>
    [ConfigPath(InDataRoot = true)]
    public string? Panoptic { get; init; }

    /// <summary>Folder of the PNGs of <c>panoptic</c>; the two belong together.</summary>
    [ConfigPath(InDataRoot = true)]
    public string? PanopticFolder { get; init; }

    /// <summary>Uses only this many images, the first ones; null uses all.</summary>
    [Range(1, int.MaxValue)]
    public int? Limit { get; init; }
}
