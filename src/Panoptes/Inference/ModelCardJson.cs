using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Panoptes.Inference;

/// <summary>
/// How the card is written. Unknown keys are refused: a key that this version does not know may change how outputs are decoded, and
/// a wrong mask is worse than an error. Not source generated: generated code loses the defaults of init-only properties.
/// </summary>
/// <remarks>
/// A method's options stand under a key of the method's own, next to <c>method</c>, which names it:
/// <c>{"method": NAME, ..., KEY: {...}}</c>.
/// </remarks>
internal static class ModelCardJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveMethodOptions } },
    };

    /// <summary>The card as JSON.</summary>
    public static string Write(ModelCard card)
    {
        JsonObject json = JsonSerializer.SerializeToNode(card, s_options)!.AsObject();
        (string key, Type type) = MethodOptions.InCard(card.Method);
        int place = json.IndexOf("detection") + 1;
        json.Insert(place, key, JsonSerializer.SerializeToNode(card.MethodOptions, type, s_options));
        return json.ToJsonString();
    }

    /// <summary>Reads a card; its values are not checked.</summary>
    /// <exception cref="JsonException">The text is not JSON, or a key is unknown or missing.</exception>
    public static ModelCard Read(string text)
    {
        JsonDocumentOptions strict = new() { AllowDuplicateProperties = false };
        JsonObject json = JsonNode.Parse(text, null, strict) as JsonObject ?? throw new JsonException("The JSON is null, or no object.");
        JsonNode name = json["method"] ?? throw new JsonException("'method' is missing, which names the model's method.");
        Method method = ReadMethod(name);
        (string key, Type type) = MethodOptions.InCard(method);
        json.Remove(key, out JsonNode? section);
        ModelCard card = json.Deserialize<ModelCard>(s_options)!;
        return section?.Deserialize(type, s_options) is MethodOptions options
            ? card with { MethodOptions = options }
            : throw new JsonException($"'{key}' is missing, and the method is {name}.");
    }

    private static Method ReadMethod(JsonNode name)
    {
        try
        {
            if (name.GetValueKind() == JsonValueKind.String)
            {
                return name.Deserialize<Method>(s_options);
            }
        }
        catch (JsonException)
        {
            // The error says neither the key nor the value.
        }

        throw new JsonException($"'method' is {name.ToJsonString()}, which is not known.");
    }

    private static void LeaveMethodOptions(JsonTypeInfo info)
    {
        if (info.Type == typeof(ModelCard))
        {
            info.Properties.Remove(info.Properties.Single(property => property.PropertyType == typeof(MethodOptions)));
        }
    }
}
