namespace Panoptes.Cli.Commands.Predict;

/// <summary>What <c>panoptes predict</c> did, as its <c>--json</c> prints it.</summary>
/// <param name="Output">The folder of the results.</param>
/// <param name="Predictions">The COCO results file; null where none was asked for.</param>
/// <param name="Panoptic">The panoptic JSON; null where none was asked for.</param>
/// <param name="Images">Images done.</param>
/// <param name="Instances">Objects found in them.</param>
/// <param name="Failed">Inputs that could not be used.</param>
/// <param name="Removed">Files of earlier predictions in the folder that this one did not write, and removed.</param>
/// <param name="ImagesPerSecond">Speed over all, reading and writing included.</param>
/// <param name="Seconds">Where the time went.</param>
/// <param name="Skipped">Images that an earlier prediction had done; null without <c>--resume</c>.</param>
/// <param name="Shard">The shard, such as 3/16; null for all images.</param>
internal sealed record PredictReport(
    string Output,
    string? Predictions,
    string? Panoptic,
    int Images,
    int Instances,
    IReadOnlyList<string> Failed,
    int Removed,
    double ImagesPerSecond,
    PredictSeconds Seconds,
    int? Skipped = null,
    string? Shard = null);
