using System.Text.Json.Serialization;

namespace Panoptes.Inference.EmbedMask;

/// <summary>Which cells of the mask map belong to a predicted box; box coordinates are divided by the map's stride first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CropRule>))]
public enum CropRule
{
    /// <summary>Cells <c>j</c> with <c>x1 - 1 &lt;= j &lt; x2 + 1</c>: the paper's code.</summary>
    [JsonStringEnumMemberName("box")]
    Box,

    /// <summary>Cells <c>floor(x1) - 2 &lt;= j &lt; floor(x2) + 2</c>: the later (2021) code.</summary>
    [JsonStringEnumMemberName("truncated_box")]
    TruncatedBox,
}
