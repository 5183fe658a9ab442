using System.Text.Json.Serialization;

namespace Panoptes.Inference.MEInst;

/// <summary>How pixels of 0 and 1 are kept off the ends before their logit is taken.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskSmoothing>))]
public enum MaskSmoothing
{
    /// <summary>By 0.0225 always: the logit is ±3.7716, the mean of the random scheme.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>
    /// By max(0.05 u, 0.01) with a uniform u for each pixel, as the authors do at every encoding. Fitting takes the expectation, which is
    /// exact: noise that is independent of the mask adds its variance to the diagonal, and the components stay the same.
    /// </summary>
    [JsonStringEnumMemberName("random")]
    Random,
}
