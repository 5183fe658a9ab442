using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>
/// How the card is written. Unknown keys are refused: a key that this version does not know may change how outputs are decoded, and
/// a wrong mask is worse than an error. Not source generated: generated code loses the defaults of init-only properties.
/// </summary>
internal static class ModelCardJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
