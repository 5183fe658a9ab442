using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>A region of an image: one thing, or all of a class of stuff.</summary>
/// <param name="Id">Its label in the map, from 1.</param>
/// <param name="ClassName">Name of its class.</param>
/// <param name="CategoryId">The id that the dataset gives to the class.</param>
/// <param name="IsThing">True for a thing, false for stuff.</param>
/// <param name="Area">Its pixels, at least 1.</param>
/// <param name="Box">The smallest box around its pixels, in the image's pixels.</param>
/// <param name="Score">The detection's score for a thing, 0..1; null for stuff.</param>
public sealed record Segment(int Id, string ClassName, long CategoryId, bool IsThing, long Area, Box Box, float? Score = null);
