using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>One set of pictures and its annotations.</summary>
public sealed record DatasetConfig
{
    /// <summary>Folder of the pictures.</summary>
    [ConfigPath(InDataRoot = true)]
    public string? Images { get; init; }

    /// <summary>COCO instance annotations (JSON).</summary>
    [ConfigPath(InDataRoot = true)]
    public string? Annotations { get; init; }

    /// <summary>COCO panoptic annotations (JSON).</summary>
    [ConfigPath(InDataRoot = true)]
    public string? Panoptic { get; init; }

    /// <summary>Folder of the panoptic PNGs.</summary>
    [ConfigPath(InDataRoot = true)]
    public string? PanopticFolder { get; init; }

    /// <summary>Uses only the first so many pictures; null uses all.</summary>
    [Range(1, int.MaxValue)]
    public int? Limit { get; init; }
}
