using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>One object found in an image.</summary>
/// <param name="ClassIndex">Index of the class in the model card.</param>
/// <param name="ClassName">Name of the class.</param>
/// <param name="CategoryId">The id that the dataset gives to the class.</param>
/// <param name="Score">Confidence, 0..1.</param>
/// <param name="Box">The box in the image's own pixels, inside of the image.</param>
/// <param name="Mask">The mask at the image's own size. It may be empty, and may reach a few pixels over the box.</param>
public sealed record Instance(int ClassIndex, string ClassName, long CategoryId, float Score, Box Box, Rle Mask);
