using System.Text.Json.Serialization;

namespace Panoptes.Cli.Commands.Predict.Merging;

/// <summary>What <c>panoptes predict merge</c> did, as its <c>--json</c> prints it.</summary>
/// <param name="Output">The folder of the results.</param>
/// <param name="Predictions">The COCO results file; null where none was asked for.</param>
/// <param name="Panoptic">The panoptic JSON; null where none was asked for.</param>
/// <param name="Shards">How many shards were merged.</param>
/// <param name="Images">Images done.</param>
/// <param name="Instances">Objects found in them.</param>
/// <param name="Failed">Inputs that could not be used.</param>
/// <param name="Removed">Files of earlier predictions in the folder that the shards did not write, and that were removed.</param>
internal sealed record PredictMergeReport(
    string Output,
    string? Predictions,
    string? Panoptic,
    int Shards,
    int Images,
    long Instances,
    IReadOnlyList<string> Failed,
    int Removed)
{
    /// <summary>The names of the removed files.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> RemovedFiles { get; init; } = [];

    /// <summary>What was written.</summary>
    [JsonIgnore]
    public SaveKinds Kinds { get; init; }
}
