using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>Depth and blocks of the residual network.</summary>
public enum BackboneType
{
    /// <summary>Two-convolution blocks, 2-2-2-2.</summary>
    [JsonStringEnumMemberName("resnet18")]
    ResNet18,

    /// <summary>Two-convolution blocks, 2-2-2-3: the network of <c>model.weights: imagenet</c>.</summary>
    [JsonStringEnumMemberName("resnet18_imagenet")]
    ResNet18ImageNet,

    /// <summary>Two-convolution blocks, 3-4-6-3.</summary>
    [JsonStringEnumMemberName("resnet34")]
    ResNet34,

    /// <summary>Bottleneck blocks, 3-4-6-3.</summary>
    [JsonStringEnumMemberName("resnet50")]
    ResNet50,

    /// <summary>Bottleneck blocks, 3-4-23-3.</summary>
    [JsonStringEnumMemberName("resnet101")]
    ResNet101,

    /// <summary>Bottleneck blocks, 3-4-23-3, their 3x3 in 32 groups of 8 channels (twice as many from stage to stage).</summary>
    [JsonStringEnumMemberName("resnext101_32x8d")]
    ResNext101x32x8d,

    /// <summary>Bottleneck blocks, 3-4-23-3, their 3x3 in 64 groups of 4 channels (twice as many from stage to stage).</summary>
    [JsonStringEnumMemberName("resnext101_64x4d")]
    ResNext101x64x4d,
}
