using System.Text.Json.Serialization;

namespace Panoptes.Inference.MEInst;

/// <summary>What the principal components of masks are taken of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskSpace>))]
public enum MaskSpace
{
    /// <summary>Logits of smoothed pixels: ln(p / (1 − p)); what is decoded goes through a sigmoid.</summary>
    [JsonStringEnumMemberName("logit")]
    Logit,

    /// <summary>The pixels themselves, 0 and 1; what is decoded is limited to 0.01 to 0.99.</summary>
    [JsonStringEnumMemberName("binary")]
    Binary,
}
