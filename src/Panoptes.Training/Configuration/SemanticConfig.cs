using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>
/// A semantic head next to a method's own: it labels every pixel with a class of stuff, or as a thing (Panoptic FPN; the "inconsistent"
/// row of CIAE's Table I). Needs panoptic data.
/// </summary>
public sealed record SemanticConfig
{
    /// <summary>Whether the network has the head.</summary>
    public bool Enabled { get; init; }

    /// <summary>Channels of the head's branch. CIAE's head takes the embedding branch and needs none of its own.</summary>
    [Range(8, 1024)]
    public int Channels { get; init; } = 128;

    /// <summary>Groups of the branch's group_norm; must divide <c>channels</c>.</summary>
    [Range(1, 1024)]
    public int NormGroups { get; init; } = 32;

    /// <summary>Weight of the cross entropy.</summary>
    [Range(0.0, 1e3)]
    public double Weight { get; init; } = 1;

    /// <summary>Instances with a lower score are dropped from a panoptic result.</summary>
    [Range(0.0, 1.0)]
    public double InstanceThreshold { get; init; } = 0.5;

    /// <summary>An instance of which better ones cover a larger share than this is dropped from a panoptic result.</summary>
    [Range(0.0, 1.0)]
    public double OverlapThreshold { get; init; } = 0.5;

    /// <summary>Segments of stuff with fewer pixels, at the image's own size, become void.</summary>
    [Range(0, int.MaxValue)]
    public int MinStuffArea { get; init; } = 4096;
}
