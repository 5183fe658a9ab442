namespace Panoptes.Inference.Tracking;

/// <summary>An instance and the object that it shows.</summary>
/// <param name="TrackId">The object's number in the sequence, from 1 on; it stays the same in all images, and no other object gets
/// it.</param>
/// <param name="Instance">The instance as the model found it in this image.</param>
public sealed record TrackedInstance(int TrackId, Instance Instance);
