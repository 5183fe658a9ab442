using Panoptes.Masks;

namespace Panoptes.Coco.Files.Tracks;

/// <summary>An object in one image of a video.</summary>
/// <param name="TrackId">The object's number in the file: the same in all images that show it.</param>
/// <param name="CategoryId">Its class, by the id in the file.</param>
/// <param name="Bbox">Its box in this image, in pixels.</param>
/// <param name="Mask">Its mask, of the video's size; null where masks were not loaded or there is none.</param>
/// <param name="Score">How sure a model was, 0..1; null for ground truth.</param>
public sealed record TrackedObject(long TrackId, long CategoryId, BoxXywh Bbox, Rle? Mask, double? Score = null);
