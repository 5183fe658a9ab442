namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>What <c>panoptes predict</c> did with videos, as its <c>--json</c> prints it.</summary>
/// <param name="Output">The folder of the results.</param>
/// <param name="Tracks">The JSON of tracks; null where none was asked for.</param>
/// <param name="Videos">The videos with objects drawn over them.</param>
/// <param name="Images">Images done.</param>
/// <param name="Instances">Instances with a number in them.</param>
/// <param name="Objects">Objects followed.</param>
/// <param name="Failed">A line for each image of a sequence that could not be used.</param>
/// <param name="Removed">Files of earlier predictions in the folder that this one did not write, and removed.</param>
/// <param name="ImagesPerSecond">Speed over all, decoding and encoding included.</param>
/// <param name="Seconds">Where the time went.</param>
internal sealed record TrackReport(
    string Output,
    string? Tracks,
    IReadOnlyList<string> Videos,
    int Images,
    int Instances,
    int Objects,
    IReadOnlyList<string> Failed,
    int Removed,
    double ImagesPerSecond,
    PredictSeconds Seconds);
