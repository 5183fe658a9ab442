using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Backbones;

/// <summary>What tells one residual network from another.</summary>
/// <param name="IsBottleneck">Blocks are a 1x1, a 3x3 and a 1x1 convolution; two 3x3 otherwise.</param>
/// <param name="Depths">Blocks of C2, C3, C4 and C5.</param>
/// <param name="Groups">Groups of a bottleneck's 3x3: the cardinality of ResNeXt (Xie et al. 2017).</param>
/// <param name="GroupWidth">Channels of one group in C2, of a network 64 wide; they double from stage to stage.</param>
internal sealed record ResNetLayout(bool IsBottleneck, IReadOnlyList<int> Depths, int Groups = 1, int GroupWidth = ResNetLayout.Width)
{
    /// <summary>Channels of the published networks' stem.</summary>
    public const int Width = 64;

    /// <summary>How much wider a bottleneck's output is than its stage.</summary>
    private const int Expansion = 4;

    public static ResNetLayout Of(BackboneType type) => type switch
    {
        BackboneType.ResNet18 => new(false, [2, 2, 2, 2]),
        BackboneType.ResNet18ImageNet => new(false, [2, 2, 2, 3]),
        BackboneType.ResNet34 => new(false, [3, 4, 6, 3]),
        BackboneType.ResNet50 => new(true, [3, 4, 6, 3]),
        BackboneType.ResNet101 => new(true, [3, 4, 23, 3]),
        BackboneType.ResNext101x32x8d => new(true, [3, 4, 23, 3], Groups: 32, GroupWidth: 8),
        BackboneType.ResNext101x64x4d => new(true, [3, 4, 23, 3], Groups: 64, GroupWidth: 4),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown backbone"),
    };

    /// <summary>Widths of stem and stages must be multiples of this, or a group would have a part of a channel.</summary>
    public int WidthDivisor => Width / GroupWidth;

    /// <summary>Channels between the convolutions of a stage's blocks.</summary>
    public int Inside(int width) => width / WidthDivisor * Groups;

    /// <summary>Channels of a stage's output.</summary>
    public int Outside(int width) => IsBottleneck ? width * Expansion : width;
}
