using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>What is written to metrics.jsonl, metrics.csv and TensorBoard.</summary>
public sealed record LoggingConfig
{
    /// <summary>Iterations between lines.</summary>
    [Range(1, int.MaxValue)]
    public int Every { get; init; } = 20;
}
