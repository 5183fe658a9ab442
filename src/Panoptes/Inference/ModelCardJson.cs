using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>
/// How the card is written. Unknown keys are refused: a key that this version does not know may change how outputs are decoded, and
/// a wrong mask is worse than an error.
/// </summary>
/// <remarks>
/// A method's options stand under a key of the method's own, next to <c>method</c>, which names it: <c>{"method": NAME, ..., KEY:
/// {...}}</c>.
/// </remarks>
internal static class ModelCardJson
{
    private const string MethodOptionsKey = "method_options";

    /// <summary>The card as JSON.</summary>
    public static string Write(ModelCard card)
    {
        JsonObject json = ToObject(card);
        json.Remove(MethodOptionsKey, out JsonNode? method);
        (string key, JsonNode? options) = method!.AsObject().Single();
        json.Insert(json.IndexOf("detection") + 1, key, options!.DeepClone());
        return json.ToJsonString();
    }

    /// <summary>Reads a card; its values are not checked.</summary>
    /// <exception cref="JsonException">The text is not JSON, or a key is unknown or missing.</exception>
    public static ModelCard Read(string text)
    {
        JsonDocumentOptions strict = new() { AllowDuplicateProperties = false };
        JsonObject json = JsonNode.Parse(text, null, strict) as JsonObject ?? throw new JsonException("The JSON is null, or no object.");
        JsonNode name = json["method"] ?? throw new JsonException("'method' is missing, which names the model's method.");
        (string key, MethodOptions defaults) = MethodOptions.InCard(ReadMethod(name));
        if (json.ContainsKey(MethodOptionsKey)) throw new JsonException($"'{MethodOptionsKey}' is not a key of a card.");
        json.Remove(key, out JsonNode? section);
        if (section is not JsonObject)
        {
            string also = json.ContainsKey("classes") ? "" : ", and so is 'classes'";
            throw new JsonException($"'{key}' is missing{also}; the method is {name}.");
        }

        json[MethodOptionsKey] = new JsonObject { [key] = section };
        Complete(json, defaults);
        return json.Deserialize(CardJsonContext.Default.ModelCard)!;
    }

    private static Method ReadMethod(JsonNode name)
    {
        try
        {
            if (name.GetValueKind() == JsonValueKind.String) return name.Deserialize(CardJsonContext.Default.Method);
        }
        catch (JsonException)
        {
            // The error says neither the key nor the value.
        }

        throw new JsonException($"'method' is {name.ToJsonString()}, which is not known.");
    }

    /// <summary>Writes the defaults of missing keys: generated code knows none of init-only properties.</summary>
    private static void Complete(JsonObject json, MethodOptions options)
    {
        JsonObject defaults = ToObject(new ModelCard
        {
            MethodOptions = options,
            Classes = [],
            PanopticMerge = json["panoptic_merge"] is JsonObject ? new PanopticMergeOptions() : null,
        });
        defaults.Remove("classes");
        Complete(json, defaults);
    }

    private static void Complete(JsonObject json, JsonObject defaults)
    {
        foreach ((string key, JsonNode? value) in defaults)
        {
            if (!json.TryGetPropertyValue(key, out JsonNode? given)) json[key] = value?.DeepClone();
            else if (given is JsonObject part && value is JsonObject missing) Complete(part, missing);
        }
    }

    private static JsonObject ToObject(ModelCard card) =>
        JsonSerializer.SerializeToNode(card, CardJsonContext.Default.ModelCard)!.AsObject();
}
