namespace Panoptes.Coco.Evaluation;

/// <summary>The figures of one class; −1 where one is not defined because the class has no object that counts.</summary>
/// <param name="CategoryId">The class's id in the dataset; −1 when all classes count as one.</param>
/// <param name="Name">The class's name.</param>
/// <param name="Ap">AP over all IoU thresholds.</param>
/// <param name="Ap50">AP at IoU 0.5.</param>
/// <param name="Ap75">AP at IoU 0.75.</param>
/// <param name="Ar">Recall with the largest number of detections, averaged over the IoU thresholds.</param>
/// <param name="Objects">Objects that count (no crowds).</param>
/// <param name="Detections">Detections that count (not beyond the largest number for an image).</param>
public sealed record ApClass(
    long CategoryId, string Name, double Ap, double Ap50, double Ap75, double Ar, int Objects, int Detections)
{
    /// <summary>AP over all IoU thresholds by size of the object, in the order of <see cref="ApOptions.AreaRanges"/>.</summary>
    public IReadOnlyList<double> ApBySize { get; init; } = [];
}
