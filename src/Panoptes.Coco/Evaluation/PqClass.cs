using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>The panoptic quality of one class.</summary>
/// <param name="Category">The class.</param>
/// <param name="TruePositives">Matched segments.</param>
/// <param name="FalsePositives">Predicted segments without a match.</param>
/// <param name="FalseNegatives">True segments without a match.</param>
/// <param name="IoUSum">Sum of the matches' IoU.</param>
/// <param name="PixelIoU">Intersection over union of the class's pixels, all segments together; null without a labeled pixel of it.</param>
public sealed record PqClass(
    PanopticCategory Category, int TruePositives, int FalsePositives, int FalseNegatives, double IoUSum, double? PixelIoU)
{
    /// <summary>Whether the class occurs at all, and counts in averages.</summary>
    public bool Occurs => TruePositives + FalsePositives + FalseNegatives > 0;

    /// <summary>Panoptic quality; 0 for a class that does not occur.</summary>
    public double Pq => Occurs ? IoUSum / Denominator : 0;

    /// <summary>Segmentation quality; 0 without a match.</summary>
    public double Sq => TruePositives > 0 ? IoUSum / TruePositives : 0;

    /// <summary>Recognition quality; 0 for a class that does not occur.</summary>
    public double Rq => Occurs ? TruePositives / Denominator : 0;

    // Panopticapi's order of operations, so that results agree to the last bit.
    private double Denominator => TruePositives + (0.5 * FalsePositives) + (0.5 * FalseNegatives);
}
