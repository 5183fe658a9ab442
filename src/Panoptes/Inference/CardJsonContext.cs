using System.Text.Json.Serialization;
using Panoptes.Inference.MEInst;

namespace Panoptes.Inference;

/// <summary>The generated code that reads and writes cards: no reflection, so that a trimmed or natively compiled program can.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(EmbedMask.EmbedMaskOptions))]
[JsonSerializable(typeof(MEInstOptions))]
[JsonSerializable(typeof(Ciae.CiaeOptions))]
[JsonSerializable(typeof(MaskCodecJson.Written))]
internal sealed partial class CardJsonContext : JsonSerializerContext;
