using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Panoptes.Cli.Tests.Deploy;

/// <summary>YAML as JSON.</summary>
internal static class Yaml
{
    /// <summary>The documents of a text.</summary>
    public static IReadOnlyList<JsonElement> Read(string text)
    {
        IDeserializer reader = new DeserializerBuilder()
            .WithAttemptingUnquotedStringTypeDeserialization().WithDuplicateKeyChecking().Build();
        ISerializer writer = new SerializerBuilder().JsonCompatible().Build();
        Parser parser = new(new StringReader(text));
        parser.Consume<StreamStart>();
        List<JsonElement> documents = [];
        while (parser.Accept<DocumentStart>(out _))
            documents.Add(JsonDocument.Parse(writer.Serialize(reader.Deserialize<object>(parser))).RootElement);
        return documents;
    }

    /// <summary>What stands at a path, for example <c>spec.containers.0.image</c>.</summary>
    public static JsonElement At(this JsonElement element, string path) => path.Split('.').Aggregate(
        element, (at, key) => at.ValueKind == JsonValueKind.Array ? at[int.Parse(key)] : at.GetProperty(key));

    /// <summary>An array's texts.</summary>
    public static string[] Texts(this JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetString()!)];
}
