using System.Globalization;

namespace Panoptes.Inference.EmbedMask;

/// <summary>
/// How EmbedMask's embeddings become masks. The defaults are the paper's; the 2021 version of the authors' code is
/// <c>MarginDim = EmbeddingDim, MaskThreshold = 0.53, Crop = TruncatedBox, Interpolation = LogProbability</c>.
/// </summary>
public sealed record EmbedMaskOptions : MethodOptions
{
    /// <summary>The largest <see cref="EmbeddingDim"/>.</summary>
    public const int MaxEmbeddingDim = 256;

    /// <summary>The largest <see cref="ScaleFactor"/>, which brings the embedding to the size of the network's input.</summary>
    public const int MaxScaleFactor = 8;

    /// <summary>Dimension D of the embeddings; at least 1. Default 32.</summary>
    public int EmbeddingDim { get; init; } = 32;

    /// <summary>Margins of a proposal: 1 for all dimensions together, or D, one for each. Default 1.</summary>
    public int MarginDim { get; init; } = 1;

    /// <summary>A pixel belongs to the mask where phi exceeds this; above 0 and below 1. Default 0.5.</summary>
    public double MaskThreshold { get; init; } = 0.5;

    /// <summary>Factor by which the pixel embedding (stride 8) is enlarged before it is compared; at least 1. Default 2.</summary>
    public int ScaleFactor { get; init; } = 2;

    /// <summary>How a distance becomes a mask. Default: the Gaussian with the network's margins.</summary>
    public Similarity Similarity { get; init; } = Similarity.Gaussian;

    /// <summary>The radius of <see cref="Similarity.HingeDistance"/>; above 0. Default 0.8 (EmbedMask 4.3).</summary>
    public double HingeDistance { get; init; } = 0.8;

    /// <summary>What stands for an instance. Default: its proposal embedding.</summary>
    public ClusterCenter ClusterCenter { get; init; } = ClusterCenter.Proposal;

    /// <summary>Which cells belong to a predicted box. Default: the paper's code.</summary>
    public CropRule Crop { get; init; } = CropRule.Box;

    /// <summary>What is interpolated at the image's own size. Default: phi.</summary>
    public MaskInterpolation Interpolation { get; init; } = MaskInterpolation.Probability;

    /// <inheritdoc/>
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"embeddings of {EmbeddingDim} dimensions, pixels above {MaskThreshold}");

    /// <inheritdoc/>
    internal override Method Method => Method.EmbedMask;

    /// <inheritdoc/>
    internal override IEnumerable<string> ListOutputs(int levels) =>
    [
        .. ClusterCenter == ClusterCenter.Proposal ? OutputNames.PerLevel(levels, EmbedMaskOutputs.ProposalEmbedding) : [],
        .. Similarity == Similarity.Gaussian ? OutputNames.PerLevel(levels, EmbedMaskOutputs.ProposalMargin) : [],
        EmbedMaskOutputs.PixelEmbedding,
    ];

    /// <inheritdoc/>
    internal override void Validate(ModelCard card, CardCheck check)
    {
        check.RequireRange(EmbeddingDim, 1, MaxEmbeddingDim, "embed_mask.embedding_dim");
        check.Require(
            MarginDim == 1 || MarginDim == EmbeddingDim,
            "embed_mask.margin_dim",
            $"is {MarginDim}; it must be 1 or embedding_dim ({EmbeddingDim})");
        check.Require(MaskThreshold is > 0 and < 1, "embed_mask.mask_threshold", $"is {MaskThreshold}; it must lie between 0 and 1");
        check.RequireRange(ScaleFactor, 1, MaxScaleFactor, "embed_mask.scale_factor");
        check.Require(HingeDistance > 0 && double.IsFinite(HingeDistance), "embed_mask.hinge_distance", "must be above 0");
    }

    /// <inheritdoc/>
    internal override IImageDecoder CreateDecoder(ModelCard card, double minScore) =>
        new DetectFirstDecoder(card, minScore, new EmbedMaskDecoder(this, card.Detection));
}
