namespace Panoptes.Coco.Evaluation;

/// <summary>Counts the segments of one image by what matching found.</summary>
/// <param name="Matches">Predicted segments that match a true one of their class.</param>
/// <param name="FalsePositives">Predicted segments without a match.</param>
/// <param name="FalseNegatives">True segments without a match.</param>
public readonly record struct PqCounts(int Matches, int FalsePositives, int FalseNegatives);
