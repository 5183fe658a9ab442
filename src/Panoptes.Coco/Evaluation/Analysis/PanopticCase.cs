namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>An image of a panoptic result, to look at.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Quality">Panoptic quality of its segments, all classes together.</param>
/// <param name="Found">Segments found.</param>
/// <param name="FalsePositives">False segments.</param>
/// <param name="FalseNegatives">Segments not found.</param>
internal sealed record PanopticCase(long ImageId, double Quality, int Found, int FalsePositives, int FalseNegatives)
{
    /// <summary>The image's id where it is a text, which <see cref="ImageId"/> then stands for; null where it is an integer.</summary>
    public string? ImageIdText { get; init; }
}
