namespace Panoptes.Training.Configuration;

/// <summary>A semantic head of its own, for stuff.</summary>
public sealed record SemanticConfig
{
    /// <summary>Whether the network has the head.</summary>
    public bool Enabled { get; init; }
}
