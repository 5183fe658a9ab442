using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Inference;

/// <summary>A method's options as JSON: an object with one key, the method's own, and the options under it.</summary>
internal sealed class MethodOptionsJson : JsonConverter<MethodOptions>
{
    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, MethodOptions value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(MethodOptions.InCard(value.Method).Key);
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
        writer.WriteEndObject();
    }

    /// <inheritdoc />
    public override MethodOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Read();
        string key = reader.GetString()!;
        Type type = Enum.GetValues<Method>().Select(MethodOptions.InCard).Single(method => method.Key == key).Defaults.GetType();
        reader.Read();
        MethodOptions? read = (MethodOptions?)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(type));
        reader.Read();
        return read ?? throw new JsonException($"'{key}' is null.");
    }
}
