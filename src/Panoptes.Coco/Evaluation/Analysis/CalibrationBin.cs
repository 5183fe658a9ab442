namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>The detections whose score lies in a range.</summary>
/// <param name="From">Its lower end, included.</param>
/// <param name="To">Its upper end; included in the last range only.</param>
/// <param name="Count">Detections in it.</param>
/// <param name="MeanScore">Their mean score; 0 without any.</param>
/// <param name="Precision">The share of them that found an object; 0 without any.</param>
internal sealed record CalibrationBin(double From, double To, int Count, double MeanScore, double Precision);
