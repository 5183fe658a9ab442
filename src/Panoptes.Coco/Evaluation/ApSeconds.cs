namespace Panoptes.Coco.Evaluation;

/// <summary>Where the time of an evaluation went, in seconds of the clock.</summary>
/// <param name="Load">Reading files; 0 for what was in memory.</param>
/// <param name="Match">Grouping, drawing the true masks, IoU and matching.</param>
/// <param name="Accumulate">Precision, recall and the figures from them.</param>
public sealed record ApSeconds(double Load, double Match, double Accumulate);
