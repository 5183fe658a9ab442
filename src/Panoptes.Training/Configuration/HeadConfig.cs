using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>The towers of 3x3 convolutions that all pyramid levels share: one for classes, one for boxes.</summary>
public sealed record HeadConfig
{
    /// <summary>Channels of every convolution.</summary>
    [Range(8, 1024)]
    public int Channels { get; init; } = 256;

    /// <summary>Convolutions of each tower.</summary>
    [Range(0, 8)]
    public int Convs { get; init; } = 4;

    /// <summary>Normalization after each convolution of a tower.</summary>
    public ConvNorm Norm { get; init; } = ConvNorm.GroupNorm;

    /// <summary>Groups of <c>group_norm</c>; must divide <c>channels</c>.</summary>
    [Range(1, 1024)]
    public int NormGroups { get; init; } = 32;

    /// <summary>
    /// Makes the last convolution of every tower deformable, of a method's own towers too; before a normalization without bias.
    /// </summary>
    public DeformableVersion Deformable { get; init; } = DeformableVersion.None;

    /// <summary>Class probability that an untrained head gives everywhere; sets the bias of the class logits to ln(p / (1 - p)).</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Prior { get; init; } = 0.01;

    /// <summary>Lets classes and boxes share one tower: half the work, less accurate.</summary>
    public bool ShareTower { get; init; }
}
