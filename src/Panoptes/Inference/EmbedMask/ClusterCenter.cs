using System.Text.Json.Serialization;

namespace Panoptes.Inference.EmbedMask;

/// <summary>What stands for an instance in the embedding space.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClusterCenter>))]
public enum ClusterCenter
{
    /// <summary>The proposal embedding q at the detection's location.</summary>
    [JsonStringEnumMemberName("proposal")]
    Proposal,

    /// <summary>The pixel embedding p in the cell that holds the detection's location (an ablation of the paper's Table 2).</summary>
    [JsonStringEnumMemberName("pixel")]
    Pixel,
}
