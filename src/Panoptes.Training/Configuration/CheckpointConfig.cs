using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>What is saved while training.</summary>
public sealed record CheckpointConfig
{
    /// <summary>Iterations between checkpoints; 0 saves at the end only. An interrupted run is always saved.</summary>
    [Range(0, int.MaxValue)]
    public int Every { get; init; } = 2500;

    /// <summary>Earlier models kept next to last.safetensors and best.safetensors, the oldest removed first.</summary>
    [Range(0, 1000)]
    public int Keep { get; init; }
}
