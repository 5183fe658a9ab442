namespace Panoptes.Coco.Evaluation;

/// <summary>How many pixels a true and a predicted segment share.</summary>
/// <param name="GroundTruth">The true segment's label; 0 is unlabeled.</param>
/// <param name="Prediction">The predicted segment's label; 0 is none.</param>
/// <param name="Pixels">Pixels that have both labels.</param>
internal readonly record struct SegmentOverlap(int GroundTruth, int Prediction, int Pixels);
