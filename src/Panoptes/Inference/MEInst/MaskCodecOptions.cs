using System.Text.Json.Serialization;

namespace Panoptes.Inference.MEInst;

/// <summary>How masks are turned into a few numbers; the defaults are MEInst's (arXiv 2003.11712).</summary>
public sealed record MaskCodecOptions
{
    /// <summary>The largest side.</summary>
    public const int MaxSize = 128;

    /// <summary>The side of the square that masks are drawn in, in pixels, 2 to 128. Default: 28.</summary>
    public int Size { get; init; } = 28;

    /// <summary>How many numbers stand for a mask, 1 to Size². Default: 60.</summary>
    public int Dimension { get; init; } = 60;

    /// <summary>What the principal components are taken of. Default: logits.</summary>
    public MaskSpace Space { get; init; }

    /// <summary>How pixels are smoothed for logits. Default: by a constant.</summary>
    public MaskSmoothing Smoothing { get; init; }

    /// <summary>Whether the numbers are divided by their standard deviation, so that a loss weighs them equally. Default: true.</summary>
    public bool Whiten { get; init; } = true;

    /// <summary>Whether each class has components of its own; the paper finds it no better (section 4.1). Default: false.</summary>
    public bool ByClass { get; init; }

    /// <summary>The number of pixels.</summary>
    public int Pixels => Size * Size;

    /// <summary>
    /// The logit of a smoothed foreground pixel (of the random scheme the mean); of a background pixel it is the negative.
    /// </summary>
    [JsonIgnore]
    public double Logit => Smoothing == MaskSmoothing.Random ? MEInst.Smoothing.MeanLogit : MEInst.Smoothing.ConstantLogit;

    /// <summary>The variance of that logit: 0 but for the random scheme.</summary>
    [JsonIgnore]
    public double LogitVariance => Smoothing == MaskSmoothing.Random ? MEInst.Smoothing.LogitVariance : 0;

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InputException">They do not; the message names the option and what is allowed.</exception>
    public void Validate()
    {
        if (Size is < 2 or > MaxSize)
        {
            throw InputException.ForSetting(null, $"the codec's size is {Size}; it must be 2 to {MaxSize}");
        }

        if (Dimension < 1 || Dimension > Pixels)
        {
            throw InputException.ForSetting(
                null,
                $"the codec's dimension is {Dimension}; it must be 1 to {Pixels}, the pixels of {Size}x{Size}");
        }
    }
}
