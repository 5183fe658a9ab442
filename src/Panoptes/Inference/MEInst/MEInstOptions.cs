using System.Text.Json.Serialization;

namespace Panoptes.Inference.MEInst;

/// <summary>How MEInst's mask coefficients become masks. The defaults are the paper's.</summary>
public sealed record MEInstOptions
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
}
