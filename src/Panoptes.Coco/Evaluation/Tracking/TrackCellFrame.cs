namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>One image of a <see cref="TrackCell"/>.</summary>
/// <param name="GroundTruth">The track of each object of the ground truth.</param>
/// <param name="Predictions">The track of each object of the tracker.</param>
/// <param name="Overlaps">Their IoUs, a row for each object of the ground truth.</param>
internal sealed record TrackCellFrame(int[] GroundTruth, int[] Predictions, double[] Overlaps);
