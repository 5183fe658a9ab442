using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>A folder's dataset, ready to train on.</summary>
/// <param name="Train">What is trained on.</param>
/// <param name="Val">What is evaluated on; empty where there are too few images for it.</param>
/// <param name="Images">Images to train on.</param>
/// <param name="MostInstances">The most instances of one image.</param>
/// <param name="SmallObject">
/// The thickness of a small object, one that a quarter of all are thinner than, as a part of its image's short side; 1 where nothing is known.
/// </param>
/// <param name="IsPanoptic">Whether the annotations label every pixel and no instances are next to them.</param>
/// <param name="Remarks">What was found and done, a line each.</param>
internal sealed record FolderData(
    DatasetConfig Train,
    DatasetConfig Val,
    int Images,
    int MostInstances,
    double SmallObject,
    bool IsPanoptic,
    IReadOnlyList<string> Remarks);
