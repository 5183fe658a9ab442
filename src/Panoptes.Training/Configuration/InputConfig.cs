using System.ComponentModel.DataAnnotations;
using Panoptes.Inference;

namespace Panoptes.Training.Configuration;

/// <summary>From an image of any size to the network's input: resized, flipped, normalized, padded.</summary>
public sealed record InputConfig
{
    /// <summary>Length in pixels of a training image's short side; several lengths train at several scales.</summary>
    [Range(16, 8192), MinLength(1)]
    public ValueList<int> ShortSide { get; init; } = [800];

    /// <summary>Whether <c>short_side</c> lists the lengths to choose from or the two ends of a range.</summary>
    public ShortSideMode ShortSideMode { get; init; } = ShortSideMode.Choice;

    /// <summary>The long side's limit in pixels; a longer image is shrunk further, below <c>short_side</c>.</summary>
    [Range(16, 16384)]
    public int LongSide { get; init; } = 1333;

    /// <summary>Short side in evaluation and prediction; null takes the greatest of <c>short_side</c>.</summary>
    [Range(16, 8192)]
    public int? TestShortSide { get; init; }

    /// <summary>The long side's limit in evaluation and prediction; null takes <c>long_side</c>.</summary>
    [Range(16, 16384)]
    public int? TestLongSide { get; init; }

    /// <summary>Order of the colors.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>Subtracted from each channel, 0..255, in the order of <c>channel_order</c>.</summary>
    [Range(0.0, 255.0), Length(3, 3)]
    public ValueList<double> Mean { get; init; } = [123.675, 116.28, 103.53];

    /// <summary>Divides each channel after the mean is subtracted.</summary>
    [Range(0.0, 255.0, MinimumIsExclusive = true), Length(3, 3)]
    public ValueList<double> Std { get; init; } = [58.395, 57.12, 57.375];

    /// <summary>Probability that a training image is mirrored.</summary>
    [Range(0.0, 1.0)]
    public double Flip { get; init; } = 0.5;

    /// <summary>
    /// Least and greatest of the factors, all equally likely, by which a training image is scaled once more (large-scale jitter). A larger
    /// image is cut to a random window of the size it had that holds the center of one of its objects, a smaller one is padded; objects of
    /// which less than a tenth stays are dropped. [1, 1] is off, [0.5, 2] usual.
    /// </summary>
    [Range(0.05, 10.0), Length(2, 2)]
    public ValueList<double> ScaleJitter { get; init; } = [1, 1];

    /// <summary>Random changes of a training image's colors, as torchvision's ColorJitter makes them, in random order.</summary>
    public ColorJitterConfig ColorJitter { get; init; } = new();

    /// <summary>
    /// Probability that objects of another training image, each of them at even odds, are pasted over a training image (Ghiasi et al.
    /// 2021). What they cover is no longer learned. Not for panoptic networks.
    /// </summary>
    [Range(0.0, 1.0)]
    public double CopyPaste { get; init; }

    /// <summary>
    /// Probability that a training image shares its place with three others, each at half its size, around a random point (mosaic). Not
    /// for panoptic networks.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Mosaic { get; init; }

    /// <summary>Batches are padded with zeros, right and below, to a multiple of this. The pyramid needs a multiple of 32.</summary>
    [Range(32, 1024)]
    public int SizeDivisor { get; init; } = 32;

    /// <summary>Whether training images are scaled once more.</summary>
    internal bool HasScaleJitter => ScaleJitter is not [1.0, 1.0];

    /// <summary>The short side in evaluation and prediction, defaults resolved.</summary>
    public int EffectiveTestShortSide => TestShortSide ?? ShortSide.Max();

    /// <summary>The long side's limit in evaluation and prediction, defaults resolved.</summary>
    public int EffectiveTestLongSide => TestLongSide ?? LongSide;
}
