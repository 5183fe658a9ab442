namespace Panoptes.Inference;

/// <summary>What was found in one picture.</summary>
/// <param name="Width">Width of the picture, in pixels.</param>
/// <param name="Height">Height of the picture, in pixels.</param>
/// <param name="Instances">The objects by falling score; empty when there are none.</param>
/// <param name="Timings">The time this picture took.</param>
public sealed record Segmentation(int Width, int Height, IReadOnlyList<Instance> Instances, SegmentationTimings Timings);
