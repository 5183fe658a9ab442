using Panoptes.Masks;

namespace Panoptes.Inference.Ciae;

/// <summary>What pixels are compared with: a class of stuff, or an instance.</summary>
/// <param name="Vector">Its embedding, a unit vector of D values.</param>
/// <param name="Area">The pixels of the image that may belong to it.</param>
internal sealed record Query(float[] Vector, PixelBounds Area);
