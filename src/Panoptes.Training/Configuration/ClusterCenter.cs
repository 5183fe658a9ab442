namespace Panoptes.Training.Configuration;

/// <summary>Where an instance's cluster centre Q comes from.</summary>
public enum ClusterCenter
{
    /// <summary>The proposal embedding at the positive locations.</summary>
    Proposal,

    /// <summary>The pixel embedding at the same places; no proposal embedding is predicted.</summary>
    Pixel,
}
