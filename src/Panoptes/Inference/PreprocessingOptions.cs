namespace Panoptes.Inference;

/// <summary>
/// How an image becomes the network's input: resized, normalized, padded. The defaults are those of a torchvision backbone at
/// FCOS's test size. These values belong to the weights: a mismatch gives no error, only a lower AP.
/// </summary>
public sealed record PreprocessingOptions
{
    /// <summary>The longest side that an image may be resized to.</summary>
    public const int MaxSide = 16_384;

    /// <summary>The most pixels that an image may be resized to: 4096 x 8192.</summary>
    public const int MaxPixels = 1 << 25;

    /// <summary>The largest <see cref="SizeDivisor"/>.</summary>
    public const int MaxSizeDivisor = 1024;

    /// <summary>Length that the short side is resized to, in pixels; at least 1. Default 800.</summary>
    public int ShortSide { get; init; } = 800;

    /// <summary>Upper bound of the long side, in pixels; at least 1. It wins over <see cref="ShortSide"/>. Default 1333.</summary>
    public int LongSide { get; init; } = 1333;

    /// <summary>A batch is padded with zeros at the right and at the bottom to a multiple of this; at least 1. Default 32.</summary>
    public int SizeDivisor { get; init; } = 32;

    /// <summary>Order of the color planes. Default RGB.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>The value of a white pixel before normalization: 255, or 1 for weights trained on 0..1. Default 255.</summary>
    public float PixelScale { get; init; } = 255;

    /// <summary>
    /// Mean of each plane, in the order of <see cref="ChannelOrder"/> and in units of <see cref="PixelScale"/>; 3 values.
    /// </summary>
    public IReadOnlyList<float> Mean { get; init; } = [123.675f, 116.28f, 103.53f];

    /// <summary>Standard deviation of each plane, as <see cref="Mean"/>; 3 values above 0.</summary>
    public IReadOnlyList<float> Std { get; init; } = [58.395f, 57.12f, 57.375f];

    /// <summary>
    /// The size an image is resized to. The short side becomes <see cref="ShortSide"/>, unless the long side would then exceed
    /// <see cref="LongSide"/>; both are rounded half up, as in detectron2's ResizeShortestEdge.
    /// </summary>
    /// <param name="width">Width of the image, in pixels; at least 1.</param>
    /// <param name="height">Height of the image, in pixels; at least 1.</param>
    /// <returns>Width and height, each at least 1.</returns>
    public (int Width, int Height) TargetSize(int width, int height) => TargetSize(width, height, ShortSide, LongSide);

    /// <summary>As <see cref="TargetSize(int, int)"/> with other limits, for training at several scales.</summary>
    /// <param name="width">Width of the image, in pixels; at least 1.</param>
    /// <param name="height">Height of the image, in pixels; at least 1.</param>
    /// <param name="shortSide">Length that the short side is resized to.</param>
    /// <param name="longSide">Upper bound of the long side.</param>
    /// <returns>Width and height, each at least 1.</returns>
    public static (int Width, int Height) TargetSize(int width, int height, int shortSide, int longSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        double scale = (double)shortSide / Math.Min(width, height);
        // The short side takes its length exactly; only the other one is scaled (and both are when the long side is too long).
        double newWidth = width <= height ? shortSide : scale * width;
        double newHeight = height < width ? shortSide : scale * height;
        double longest = Math.Max(newWidth, newHeight);
        if (longest > longSide)
        {
            double shrink = longSide / longest;
            newWidth *= shrink;
            newHeight *= shrink;
        }

        return (Math.Max(1, (int)(newWidth + 0.5)), Math.Max(1, (int)(newHeight + 0.5)));
    }

    /// <summary>The padded length of a batch whose longest image has <paramref name="length"/> pixels.</summary>
    /// <param name="length">Width or height in pixels; at least 1.</param>
    public int PaddedLength(int length) => (length + SizeDivisor - 1) / SizeDivisor * SizeDivisor;
}
