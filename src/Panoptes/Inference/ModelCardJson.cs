using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>
/// Serialisation of the card without reflection. Unknown keys are refused: a key that this version does not know may change how
/// outputs are decoded, and a wrong mask is worse than an error.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;
