namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>How often a kind of error occurs in a class, and what it costs it.</summary>
/// <param name="Count">Wrong detections of this class, or missed objects of it.</param>
/// <param name="ApCost">What the class's AP would gain if all errors of the kind were fixed; 0 for a class without objects.</param>
internal sealed record ClassErrorCost(int Count, double ApCost);
