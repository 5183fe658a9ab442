using System.Text.Json.Serialization;
using Panoptes.Cli.Commands.Predict;
using Panoptes.Inference.Panoptic;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Eval;

/// <summary>The first line of a shard's part of an evaluation.</summary>
/// <param name="Version">The format.</param>
/// <param name="Number">Which shard, from 1.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Settings">What the results depend on, by the names that users know.</param>
/// <param name="Source">Where the ground truth is.</param>
/// <param name="MaxDetections">The most detections that the model gives an image.</param>
/// <param name="Categories">The classes of a panoptic model's results; null for a model of objects.</param>
internal sealed record EvalPartHeader(
    int Version,
    int Number,
    int Count,
    IReadOnlyDictionary<string, string> Settings,
    EvalSource Source,
    int MaxDetections,
    IReadOnlyList<ManifestCategory>? Categories)
{
    /// <summary>The format of parts.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>What an evaluation reads: complete paths, and how many images.</summary>
internal sealed record EvalSource(
    string Images, string? Annotations, string? Panoptic, string? PanopticFolder, int? Limit, long MaxPixels, int MaxSide)
{
    /// <summary>The limits of images.</summary>
    [JsonIgnore]
    public InputLimits Limits => new() { MaxPixels = MaxPixels, MaxSide = MaxSide };

    /// <summary>Reads the ground truth.</summary>
    /// <exception cref="InputException">It is missing or malformed.</exception>
    public EvaluationData Load() => EvaluationData.Load(Images, Annotations, Panoptic, PanopticFolder, Limit, Limits);
}

/// <summary>What was found in an image.</summary>
/// <param name="Id">The image.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Detections">The objects.</param>
/// <param name="Panoptic">The PNG and its segments; null for a model of objects.</param>
internal sealed record EvalPartImage(
    long Id, int Height, int Width, IReadOnlyList<ManifestDetection> Detections, EvalPartSegments? Panoptic);

/// <summary>A PNG of labels that is written already, and its segments.</summary>
internal sealed record EvalPartSegments(string File, IReadOnlyList<Segment> Segments);

/// <summary>The last line: the rest, and a hash of all lines before.</summary>
internal sealed record EvalPartEnd(EvaluationSeconds Seconds, byte[]? Comparisons, bool WithTrueBoxes, string Sha256);

/// <summary>Reads and writes the lines, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvalPartHeader))]
[JsonSerializable(typeof(EvalPartImage))]
[JsonSerializable(typeof(EvalPartEnd))]
internal sealed partial class EvalPartJson : JsonSerializerContext;
