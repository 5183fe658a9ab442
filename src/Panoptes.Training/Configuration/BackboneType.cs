using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>Depth of the residual network.</summary>
public enum BackboneType
{
    /// <summary>Two-convolution blocks, 2-2-2-2.</summary>
    [JsonStringEnumMemberName("resnet18")]
    ResNet18,

    /// <summary>Two-convolution blocks, 3-4-6-3.</summary>
    [JsonStringEnumMemberName("resnet34")]
    ResNet34,

    /// <summary>Bottleneck blocks, 3-4-6-3.</summary>
    [JsonStringEnumMemberName("resnet50")]
    ResNet50,

    /// <summary>Bottleneck blocks, 3-4-23-3.</summary>
    [JsonStringEnumMemberName("resnet101")]
    ResNet101,
}
