using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>Where the locations of a feature map lie in the network's input.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LocationRule>))]
public enum LocationRule
{
    /// <summary>Cell j of a level with stride s lies at <c>s*j + floor(s/2)</c>: FCOS and AdelaiDet.</summary>
    [JsonStringEnumMemberName("half_stride")]
    HalfStride,

    /// <summary>
    /// Cell j lies at <c>floor(input/cells)*j</c>, without an offset: torchvision's anchor generator. Distances still count in the
    /// nominal strides 8..128.
    /// </summary>
    [JsonStringEnumMemberName("torchvision")]
    TorchVision,
}
