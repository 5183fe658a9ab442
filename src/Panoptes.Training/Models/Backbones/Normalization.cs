using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Backbones;

/// <summary>The normalization behind a backbone's convolution, and the pair of both as one step.</summary>
internal static class Normalization
{
    public static Layer Create(BackboneConfig config, int channels) => config.Norm switch
    {
        BackboneNorm.FrozenBatchNorm => new FrozenBatchNorm2d(channels, config.NormEpsilon),
        BackboneNorm.BatchNorm => new BatchNorm2d(channels, config.NormEpsilon),
        BackboneNorm.SyncBatchNorm => new SyncBatchNorm2d(channels, config.NormEpsilon),
        BackboneNorm.GroupNorm => new GroupNorm(config.NormGroups, channels),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Norm, "unknown normalization"),
    };

    /// <summary>norm(conv(x)); a frozen normalization is folded into the convolution's weights.</summary>
    public static Tensor Apply(Layer convolution, Layer norm, Tensor x) => (norm, convolution) switch
    {
        (FrozenBatchNorm2d frozen, Conv2d plain) => frozen.Fold(plain, x),
        (FrozenBatchNorm2d frozen, DeformConv2d deformable) => frozen.Fold(deformable, x),
        _ => norm.Forward(convolution.Forward(x)),
    };
}
