namespace Panoptes.Coco;

/// <summary>Something odd about one annotation that has been repaired while loading.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="AnnotationId">The annotation.</param>
/// <param name="Message">One line for the user.</param>
public sealed record DatasetWarning(DatasetWarningKind Kind, long AnnotationId, string Message);
