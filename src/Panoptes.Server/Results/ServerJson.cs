using System.Text.Json.Serialization;

namespace Panoptes.Server.Results;

/// <summary>Generated serializers of what the service answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SegmentResponse))]
[JsonSerializable(typeof(CocoResult[]))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(HealthStatus))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class ServerJson : JsonSerializerContext;
