namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>Panoptic quality of segments of some size: true segments by their own, others by the predicted size.</summary>
/// <param name="Range">The size, in pixels.</param>
/// <param name="Figures">Averages over the classes.</param>
/// <param name="Classes">The classes by ascending id.</param>
internal sealed record PqSize(AreaRange Range, PqFigures Figures, IReadOnlyList<PqClass> Classes);
