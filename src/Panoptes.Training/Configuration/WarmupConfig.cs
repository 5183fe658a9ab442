using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>Warm-up of the learning rate.</summary>
public sealed record WarmupConfig
{
    /// <summary>How the rate behaves during warm-up.</summary>
    public WarmupKind Kind { get; init; } = WarmupKind.Constant;

    /// <summary>Part of the full rate at the start.</summary>
    [Range(0.0, 1.0)]
    public double Factor { get; init; } = 1.0 / 3;

    /// <summary>Iterations of warm-up; 0 starts at the full rate.</summary>
    [Range(0, int.MaxValue)]
    public int Iterations { get; init; } = 500;
}
