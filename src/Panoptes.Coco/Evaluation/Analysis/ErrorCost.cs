namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>How often a kind of error occurs, and what it costs.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How often: wrong detections, or objects missed.</param>
/// <param name="ApCost">
/// AP at the first IoU threshold that would be gained if all errors of this kind and no others were fixed (TIDE, section 2.3), in [0, 1].
/// </param>
public sealed record ErrorCost(ErrorKind Kind, int Count, double ApCost)
{
    /// <summary>Count and cost by class, in the order of <see cref="ApResult.Classes"/>.</summary>
    internal IReadOnlyList<ClassErrorCost> ByClass { get; init; } = [];
}
