namespace Panoptes.Coco.Evaluation;

/// <summary>Panoptic quality and its two factors, as fractions (arXiv 1801.00868).</summary>
/// <param name="Pq">Panoptic quality: <c>SQ × RQ</c>.</param>
/// <param name="Sq">Segmentation quality: the mean IoU of matched segments.</param>
/// <param name="Rq">Recognition quality: <c>TP / (TP + FP / 2 + FN / 2)</c>.</param>
/// <param name="Classes">Classes averaged: those with a segment in the ground truth or the predictions.</param>
public sealed record PqFigures(double Pq, double Sq, double Rq, int Classes);
