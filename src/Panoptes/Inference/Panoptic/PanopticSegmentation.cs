using Panoptes.Imaging;

namespace Panoptes.Inference.Panoptic;

/// <summary>A segment for every pixel of an image, or none (void).</summary>
/// <param name="Labels">For each pixel of the image the <see cref="Segment.Id"/> of its segment; 0 is void.</param>
/// <param name="Segments">The segments by rising id, from 1 and without gaps; each has at least one pixel.</param>
public sealed record PanopticSegmentation(LabelMap Labels, IReadOnlyList<Segment> Segments);
