namespace Panoptes.Coco.Files;

/// <summary>
/// What annotators looked for in an image, in datasets where no image is labeled with all classes (LVIS). Classes that are neither
/// annotated nor listed here are unknown in the image.
/// </summary>
/// <param name="Negative">Ids of classes that do not occur in the image (<c>neg_category_ids</c>).</param>
/// <param name="NotExhaustive">
/// Ids of classes of which more objects may be in it than are annotated (<c>not_exhaustive_category_ids</c>).
/// </param>
public sealed record FederatedLabels(IReadOnlyList<long> Negative, IReadOnlyList<long> NotExhaustive);
