using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>The feature pyramid: P3 to P5 from C3 to C5, P6 and P7 by strided convolutions on P5.</summary>
public sealed record FpnConfig
{
    /// <summary>Channels of every level.</summary>
    [Range(8, 1024)]
    public int Channels { get; init; } = 256;

    /// <summary>Levels from P3 on: 3 ends at P5 (stride 32), 5 at P7 (stride 128).</summary>
    [Range(3, 5)]
    public int Levels { get; init; } = 5;

    /// <summary>Normalization after the lateral and output convolutions.</summary>
    public ConvNorm Norm { get; init; } = ConvNorm.None;

    /// <summary>Groups of <c>group_norm</c>; must divide <c>channels</c>.</summary>
    [Range(1, 1024)]
    public int NormGroups { get; init; } = 32;
}
