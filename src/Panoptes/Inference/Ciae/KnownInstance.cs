using Panoptes.Masks;

namespace Panoptes.Inference.Ciae;

/// <summary>
/// An instance that is known without a detector. Given the ground truth, it shows what a network's embeddings would reach with perfect
/// detections: the oracle of the paper's Table IV.
/// </summary>
/// <param name="ClassIndex">Index of its class in the model's card.</param>
/// <param name="Box">Its box, in the pixels of the image as it was given.</param>
/// <param name="Mask">The pixels whose mean embedding is its query, of the size of the image as it was given.</param>
public sealed record KnownInstance(int ClassIndex, Box Box, Rle Mask);
