using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Server.Watching;

/// <summary>The answer to <c>GET /v1/runs</c>, and what the stream sends.</summary>
/// <param name="Runs">The runs: those that run first, then by their start, the newest first.</param>
internal sealed record RunListAnswer(IReadOnlyList<RunEntry> Runs);

/// <summary>The answer to <c>GET /v1/runs/{id}</c>.</summary>
/// <param name="Run">What the list says of it.</param>
/// <param name="Config">Its config.json.</param>
/// <param name="Environment">Its env.json.</param>
internal sealed record RunAnswer(RunEntry Run, JsonElement? Config, JsonElement? Environment);

/// <summary>The answer to <c>GET /v1/runs/{id}/samples</c>.</summary>
/// <param name="Samples">The images by iteration, rising.</param>
internal sealed record SamplesAnswer(IReadOnlyList<SampleEntry> Samples);

/// <summary>The sample images of an evaluation.</summary>
/// <param name="Iteration">When it was made.</param>
/// <param name="Images">The images' names.</param>
internal sealed record SampleEntry(int Iteration, IReadOnlyList<string> Images);

/// <summary>Generated serializers of what the page is answered; names are as in the files of a run.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunListAnswer))]
[JsonSerializable(typeof(RunAnswer))]
[JsonSerializable(typeof(SamplesAnswer))]
internal sealed partial class WatchJson : JsonSerializerContext;
