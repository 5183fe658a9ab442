using Panoptes.Masks;

namespace Panoptes.Training.Scenes;

/// <summary>A thing in one image of a drawn video.</summary>
/// <param name="Track">The thing's number in the video, from 1 on.</param>
/// <param name="Category">Its class.</param>
/// <param name="Mask">Its visible pixels.</param>
/// <param name="VisiblePart">The part of its pixels in the image that nothing hides, above 0 and up to 1.</param>
internal sealed record MovingThing(int Track, SceneCategory Category, Rle Mask, double VisiblePart);
