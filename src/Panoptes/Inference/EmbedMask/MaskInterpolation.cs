using System.Text.Json.Serialization;

namespace Panoptes.Inference.EmbedMask;

/// <summary>What is interpolated when the mask map is brought to the image's own size.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskInterpolation>))]
public enum MaskInterpolation
{
    /// <summary>phi, with 0 outside the crop: the paper's code.</summary>
    [JsonStringEnumMemberName("probability")]
    Probability,

    /// <summary>ln phi, with -10 outside the crop, compared with the logarithm of the threshold: the later (2021) code.</summary>
    [JsonStringEnumMemberName("log_probability")]
    LogProbability,
}
