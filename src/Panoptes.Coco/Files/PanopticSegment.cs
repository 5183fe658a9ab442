using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>A segment of an image: a thing, or all of a stuff class.</summary>
/// <param name="Id">Its label in the image's PNG, R + 256 G + 65536 B; 0 is not a segment but unlabeled (void).</param>
/// <param name="CategoryId">Its class, by the id in the file.</param>
/// <param name="Area">Its pixels as the file states them, or null.</param>
/// <param name="IsCrowd">True for a region of many things that were not annotated one by one.</param>
/// <param name="Bbox">Its box as the file states it, in pixels, or null.</param>
public sealed record PanopticSegment(int Id, long CategoryId, long? Area = null, bool IsCrowd = false, BoxXywh? Bbox = null);
