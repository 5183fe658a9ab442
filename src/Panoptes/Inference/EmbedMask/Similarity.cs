using System.Text.Json.Serialization;

namespace Panoptes.Inference.EmbedMask;

/// <summary>How the distance between a pixel's and a proposal's embedding becomes mask or background.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Similarity>))]
public enum Similarity
{
    /// <summary><c>phi = exp(-m * |p - q|^2)</c> with the network's margin <c>m = 1/(2 sigma^2)</c> (Eq. 3, EmbedMask 3.3).</summary>
    [JsonStringEnumMemberName("gaussian")]
    Gaussian,

    /// <summary>
    /// A fixed radius: mask where <c>|p - q|</c> is less than <see cref="EmbedMaskOptions.HingeDistance"/>. The network's margins are
    /// not read.
    /// </summary>
    [JsonStringEnumMemberName("hinge_distance")]
    HingeDistance,
}
