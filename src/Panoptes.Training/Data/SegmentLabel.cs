using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>A segment's pixels at the network's input size, and what they are labeled with.</summary>
/// <param name="Mask">The pixels, <em>before</em> mirroring; not empty.</param>
/// <param name="Label">0..S−1 a stuff class; S + k the thing that is the image's k-th instance.</param>
internal readonly record struct SegmentLabel(Rle Mask, short Label);
