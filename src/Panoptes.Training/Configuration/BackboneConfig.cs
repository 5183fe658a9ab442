using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>A residual network: a 7x7 convolution of stride 2, max pooling, and four stages C2 to C5 (strides 4 to 32).</summary>
public sealed record BackboneConfig
{
    /// <summary>Depth and blocks of the network.</summary>
    public BackboneType Type { get; init; } = BackboneType.ResNet50;

    /// <summary>Normalization after each convolution.</summary>
    public BackboneNorm Norm { get; init; } = BackboneNorm.FrozenBatchNorm;

    /// <summary>Groups of <c>group_norm</c>; must divide <c>base_width</c>.</summary>
    [Range(1, 1024)]
    public int NormGroups { get; init; } = 32;

    /// <summary>Added to the variance by the batch normalizations. 1e-5 in torchvision and detectron2, 0 in maskrcnn-benchmark.</summary>
    [Range(0.0, 1.0)]
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>
    /// Whether a bottleneck that halves the resolution does so in its first 1x1 convolution (MSRA's and Caffe's weights) or in its
    /// 3x3 (torchvision's).
    /// </summary>
    [JsonPropertyName("stride_in_1x1")]
    public bool StrideIn1x1 { get; init; }

    /// <summary>Stages that are not trained, as detectron2's FREEZE_AT: 0 none, 1 the stem, 2 the stem and C2, ... 5 all.</summary>
    [Range(0, 5)]
    public int FrozenStages { get; init; } = 2;

    /// <summary>
    /// Channels of the stem; the stages are 1, 2, 4 and 8 times as wide (bottlenecks give 4 times that). 64 is the published
    /// network.
    /// </summary>
    [Range(4, 512)]
    public int BaseWidth { get; init; } = 64;

    /// <summary>
    /// Deformable convolutions in place of the blocks' own; their offsets begin as zeros where <c>model.weights</c> has none.
    /// </summary>
    public DeformableConfig Deformable { get; init; } = new();
}
