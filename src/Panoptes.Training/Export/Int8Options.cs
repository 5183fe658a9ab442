using Panoptes.Training.Engine;

namespace Panoptes.Training.Export;

/// <summary>How a network is turned to 8 bits.</summary>
public sealed record Int8Options
{
    /// <summary>The default of <see cref="CalibrationImages"/>.</summary>
    public const int DefaultCalibrationImages = 64;

    /// <summary>The default of <see cref="ComparedImages"/>.</summary>
    public const int DefaultComparedImages = 64;

    /// <summary>The default of <see cref="MaxLoss"/>.</summary>
    public const double DefaultMaxLoss = 0.02;

    /// <summary>Image files like those that the model will see, at least one: the network runs on some to learn the ranges of its maps, and on
    /// others to be compared.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>How many images the ranges are taken from, spread over all; at least 1.</summary>
    public int CalibrationImages { get; init; } = DefaultCalibrationImages;

    /// <summary>How many other images both networks are compared on, where nothing is labeled; at least 1.</summary>
    public int ComparedImages { get; init; } = DefaultComparedImages;

    /// <summary>Labeled images: both networks are compared by their AP, or their PQ where these have panoptic annotations. Null (the default)
    /// compares the masks of both with each other, on images of <see cref="Images"/>.</summary>
    public EvaluationData? Labeled { get; init; }

    /// <summary>What 8 bits may cost, 0 to 1: of AP or PQ, or of the mean IoU of masks, which is 1 where both find the same.</summary>
    public double MaxLoss { get; init; } = DefaultMaxLoss;

    /// <summary>Layers that stay in float, by name, with * for any text: <c>fpn.*</c>. See <see cref="Int8Export.ListLayers"/>.</summary>
    public IReadOnlyList<string> KeepFloat { get; init; } = [];

    /// <summary>How large images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;
}
