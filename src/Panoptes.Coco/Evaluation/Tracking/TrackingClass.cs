using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>How well the objects of one class were followed.</summary>
/// <param name="Category">The class.</param>
/// <param name="Figures">Its figures.</param>
public sealed record TrackingClass(CocoCategory Category, TrackingFigures Figures);
