using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>The order of the three color planes that a network reads.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelOrder>))]
public enum ChannelOrder
{
    /// <summary>Red, green, blue: torchvision's weights.</summary>
    [JsonStringEnumMemberName("rgb")]
    Rgb,

    /// <summary>Blue, green, red: weights that came from Caffe (MSRA ResNets in maskrcnn-benchmark and detectron2).</summary>
    [JsonStringEnumMemberName("bgr")]
    Bgr,
}
