using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>Fixed margins of EmbedMask's hinge loss (Eq. 1 and 2 of the paper), in distances between embeddings.</summary>
public sealed record HingeConfig
{
    /// <summary>delta_a: foreground pixels are pulled inside this distance.</summary>
    [Range(0.0, 100.0)]
    public double Pull { get; init; } = 0.5;

    /// <summary>delta_b: background pixels are pushed outside this distance.</summary>
    [Range(0.0, 100.0)]
    public double Push { get; init; } = 1.5;

    /// <summary>delta: a predicted mask holds the pixels within this distance.</summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Threshold { get; init; } = 0.8;
}
