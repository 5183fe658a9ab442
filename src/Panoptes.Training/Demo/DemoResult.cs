using Panoptes.Training.Engine;

namespace Panoptes.Training.Demo;

/// <summary>What a demo left behind.</summary>
/// <param name="Training">The run and its evaluation on unseen images, which is null where the demo was interrupted.</param>
/// <param name="Report">The page's path.</param>
/// <param name="Predictions">
/// The folder of the predictions: a PNG for each image shown, predictions.json for all, and panoptic.json with its PNGs of a panoptic
/// model.
/// </param>
/// <param name="Seconds">Where the time went.</param>
public sealed record DemoResult(TrainingOutcome Training, string Report, string Predictions, DemoSeconds Seconds);
