using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>One error, to look at.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Image">The image.</param>
/// <param name="Detection">The wrong detection; null for a missed object.</param>
/// <param name="GroundTruth">The object that the error has to do with; null for a detection on the background.</param>
/// <param name="IoU">How much the two overlap; 0 without one of them.</param>
internal sealed record ErrorCase(ErrorKind Kind, CocoImage Image, ErrorSide? Detection, ErrorSide? GroundTruth, double IoU);
