namespace Panoptes.Inference.Tracking;

/// <summary>What was found in one image of a sequence, with the objects' numbers.</summary>
/// <param name="Index">The image's place in the sequence, from 0 on.</param>
/// <param name="Segmentation">All that the model found in the image, also what belongs to no track.</param>
/// <param name="Instances">The instances that belong to a track, by falling score.</param>
public sealed record TrackedSegmentation(int Index, Segmentation Segmentation, IReadOnlyList<TrackedInstance> Instances);
