using System.Text.Json;
using System.Text.Json.Serialization;

namespace AotService;

/// <summary>JSON without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FoundObjects))]
internal sealed partial class ServiceJson : JsonSerializerContext;
