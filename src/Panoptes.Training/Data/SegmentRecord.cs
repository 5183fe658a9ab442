namespace Panoptes.Training.Data;

/// <summary>A segment of a training image, as the panoptic JSON describes it.</summary>
/// <param name="Id">Its label in the image's PNG, from 1.</param>
/// <param name="ClassIndex">Its class, from 0: among the things for a thing, among the stuff for stuff.</param>
/// <param name="IsThing">True for a thing, false for stuff.</param>
/// <param name="IsCrowd">True for a region of many things that were not annotated one by one: it is not learned, nor is it
/// background.</param>
internal readonly record struct SegmentRecord(int Id, int ClassIndex, bool IsThing, bool IsCrowd);
