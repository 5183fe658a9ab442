using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>Deformable convolutions in a backbone: the 3x3 of every bottleneck, the second 3x3 of every two-convolution block.</summary>
public sealed record DeformableConfig
{
    /// <summary>What takes the place of the convolutions.</summary>
    public DeformableVersion Version { get; init; } = DeformableVersion.None;

    /// <summary>Stages whose blocks have them: 2 for C2, ... 5 for C5. FCOS takes 3 to 5 of a ResNet, 4 and 5 of a ResNeXt.</summary>
    [Range(2, 5), MinLength(1)]
    public ValueList<int> Stages { get; init; } = [3, 4, 5];
}
