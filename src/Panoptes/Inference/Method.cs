using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>The way from a detected box to a mask.</summary>
public enum Method
{
    /// <summary>EmbedMask: pixels join the instance whose embedding is near theirs.</summary>
    [JsonStringEnumMemberName("embedmask")]
    EmbedMask,
}
