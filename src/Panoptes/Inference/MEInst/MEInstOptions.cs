using System.Globalization;
using System.Text.Json.Serialization;

namespace Panoptes.Inference.MEInst;

/// <summary>How MEInst's mask coefficients become masks. The defaults are the paper's.</summary>
public sealed record MEInstOptions : MethodOptions
{
    /// <summary>The side of the square that a mask is decoded to, in pixels, 2 to 128. Default 28.</summary>
    public int Size { get; init; } = 28;

    /// <summary>A pixel belongs to the mask where the pasted square reaches this; above 0 and below 1. Default 0.5.</summary>
    public double MaskThreshold { get; init; } = 0.5;

    /// <summary>
    /// What decodes the coefficients; it travels with the card. Null for a network that predicts the square's Size² logits themselves, the
    /// paper's comparison without encoding (Table 3).
    /// </summary>
    public MaskCodec? Codec { get; init; }

    /// <summary>How many coefficients stand for a mask.</summary>
    [JsonIgnore]
    public int Dimension => Codec?.Dimension ?? Size * Size;

    /// <inheritdoc/>
    public override string Describe()
    {
        string codec = Codec switch
        {
            null => "no codec",
            AutoencoderCodec => $"by {Dimension} numbers of an auto-encoder",
            _ => $"by {Dimension} numbers",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Size}x{Size}, {codec}, pixels from {MaskThreshold}");
    }

    /// <inheritdoc/>
    internal override Method Method => Method.MEInst;

    /// <inheritdoc/>
    internal override IEnumerable<string> ListOutputs(int levels) => OutputNames.PerLevel(levels, MEInstOutputs.MaskCoefficients);

    /// <inheritdoc/>
    internal override void Validate(ModelCard card, CardCheck check)
    {
        check.Require(
            Size is >= 2 and <= MaskCodecOptions.MaxSize, "meinst.size", $"is {Size}; it must lie in 2..{MaskCodecOptions.MaxSize}");
        check.Require(MaskThreshold is > 0 and < 1, "meinst.mask_threshold", $"is {MaskThreshold}; it must lie between 0 and 1");
        if (Codec is { } codec)
        {
            check.Require(codec.Size == Size, "meinst.codec", $"is for masks of {codec.Size}x{codec.Size}, and size is {Size}");
            check.Require(
                codec.Classes is null || codec.Classes == card.Classes.Count,
                "meinst.codec",
                $"has components for {codec.Classes} classes; {card.Classes.Count} were expected");
        }
    }

    /// <inheritdoc/>
    internal override IImageDecoder CreateDecoder(ModelCard card, double minScore) =>
        new DetectFirstDecoder(card, minScore, new MEInstDecoder(this));
}
