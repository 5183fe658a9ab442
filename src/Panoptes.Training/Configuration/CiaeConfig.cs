using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>CIAE: one embedding for category and instance. Read when <c>model.method</c> is <c>ciae</c>.</summary>
public sealed record CiaeConfig
{
    /// <summary>Input pixels for each pixel of the embedding losses: 1, as the paper, or 4.</summary>
    [AllowedValues(1, 4)]
    public int LossStride { get; init; } = 1;
}
