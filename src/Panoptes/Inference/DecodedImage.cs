using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>What a decoder found in an image.</summary>
/// <param name="Instances">The objects by falling score.</param>
/// <param name="Panoptic">Every pixel's segment; null for a model that finds only instances.</param>
internal readonly record struct DecodedImage(IReadOnlyList<Instance> Instances, PanopticSegmentation? Panoptic);
