using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>An object in an image that a program has labeled.</summary>
/// <param name="ClassName">Its class, one of <see cref="LabeledImages.Classes"/>.</param>
/// <param name="Mask">Its pixels, at the image's size; at least one.</param>
public sealed record LabeledObject(string ClassName, Rle Mask);
