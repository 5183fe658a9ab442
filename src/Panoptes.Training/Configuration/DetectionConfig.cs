using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>From raw outputs to detections; written into the model file.</summary>
public sealed record DetectionConfig
{
    /// <summary>Class probability (before centerness) below which a location is not a candidate.</summary>
    [Range(0.0, 1.0)]
    public double ScoreThreshold { get; init; } = 0.05;

    /// <summary>Candidates kept at each level, by score.</summary>
    [Range(1, 100_000)]
    public int TopKPerLevel { get; init; } = 1000;

    /// <summary>Two boxes of a class that overlap by more than this IoU are one object.</summary>
    [Range(0.0, 1.0)]
    public double NmsIou { get; init; } = 0.6;

    /// <summary>
    /// Detections kept in an image, by score. null takes what the training images need: a fifth more than the most instances of one, the
    /// next multiple of ten, at least 100.
    /// </summary>
    [Range(1, 10_000)]
    public int? MaxDetections { get; init; } = 100;

    /// <summary>
    /// Reports the square root of class probability times centerness. The order is the same; EmbedMask reports the product, MEInst the
    /// root.
    /// </summary>
    public bool SqrtScore { get; init; }
}
