using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>The way from a detected box to a mask. It chooses the decoder of a network's raw outputs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Method>))]
public enum Method
{
    /// <summary>EmbedMask: pixels join the instance whose embedding is near theirs (arXiv 1912.01954).</summary>
    [JsonStringEnumMemberName("embedmask")]
    EmbedMask,

    /// <summary>MEInst: each location predicts a few numbers that a codec turns into its object's mask (arXiv 2003.11712).</summary>
    [JsonStringEnumMemberName("meinst")]
    MEInst,

    /// <summary>CIAE: every pixel, of things and of stuff, goes to the nearest query embedding (arXiv 2009.13342).</summary>
    [JsonStringEnumMemberName("ciae")]
    Ciae,
}
