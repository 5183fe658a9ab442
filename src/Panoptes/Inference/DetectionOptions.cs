namespace Panoptes.Inference;

/// <summary>How FCOS's raw outputs become boxes. The defaults are FCOS's.</summary>
public sealed record DetectionOptions
{
    /// <summary>The most levels of a network.</summary>
    public const int MaxLevels = 8;

    /// <summary>The largest stride of a level.</summary>
    public const int MaxStride = 1024;

    /// <summary>The largest <see cref="TopKPerLevel"/>.</summary>
    public const int MaxTopK = 100_000;

    /// <summary>The largest <see cref="MaxDetections"/>.</summary>
    public const int MostDetections = 10_000;

    /// <summary>Stride of each level in input pixels, finest first; the first level is called p3. Default 8, 16, 32, 64, 128.</summary>
    public IReadOnlyList<int> Strides { get; init; } = [8, 16, 32, 64, 128];

    /// <summary>
    /// A class is a candidate where its probability, before it is multiplied by centerness, exceeds this; 0..1. Default 0.05.
    /// </summary>
    public double ScoreThreshold { get; init; } = 0.05;

    /// <summary>Candidates that each level keeps, by class probability times centerness; at least 1. Default 1000.</summary>
    public int TopKPerLevel { get; init; } = 1000;

    /// <summary>Of two boxes of one class whose IoU exceeds this, the one with the lower score goes; 0..1. Default 0.6.</summary>
    public double NmsIou { get; init; } = 0.6;

    /// <summary>Detections kept for an image, over all classes; at least 1. Default 100.</summary>
    public int MaxDetections { get; init; } = 100;

    /// <summary>
    /// Reports <c>sqrt(class*centerness)</c> as the score, as FCOS does, instead of the product. The order of the
    /// detections, and so AP, is the same either way. Default false.
    /// </summary>
    public bool SqrtScore { get; init; }

    /// <summary>Where a feature map's cells lie in the input. Default: half a stride off the corner.</summary>
    public LocationRule Locations { get; init; } = LocationRule.HalfStride;

    /// <summary>
    /// Clips boxes to the resized image before suppression (FCOS) or only at the end (AdelaiDet). Coordinates are
    /// continuous, without the references' "+1". Default true.
    /// </summary>
    public bool ClipBeforeNms { get; init; } = true;

    /// <summary>Where a cell of a level lies in the network's input, in pixels.</summary>
    /// <param name="level">Index of the level.</param>
    /// <param name="cell">Index of the cell: <c>y*w + x</c>.</param>
    /// <param name="map">A map of the level.</param>
    /// <param name="input">The input that the map belongs to.</param>
    internal (int X, int Y) LocationOf(int level, int cell, FeatureMap map, NetworkInput input)
    {
        (int row, int column) = Math.DivRem(cell, map.Width);
        int stride = Strides[level];
        return Locations switch
        {
            LocationRule.HalfStride => ((stride * column) + (stride / 2), (stride * row) + (stride / 2)),
            LocationRule.TorchVision => (input.Width / map.Width * column, input.Height / map.Height * row),
            _ => throw new NotSupportedException($"The location rule {Locations} is not known."),
        };
    }
}
