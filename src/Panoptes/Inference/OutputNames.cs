using Panoptes.Inference.EmbedMask;

namespace Panoptes.Inference;

/// <summary>The names of a network's outputs. Level 0 is the finest and is called p3 (stride 8).</summary>
public static class OutputNames
{
    /// <summary>EmbedMask's pixel embedding [N, D, H/8, W/8].</summary>
    public const string PixelEmbedding = "pixel_embedding";

    /// <summary>CIAE's pixel embedding P' + P'' [N, D, H/4, W/4], before it is enlarged and normalized.</summary>
    public const string CategoryInstanceEmbedding = "ciae_embedding";

    /// <summary>
    /// CIAE's memory [1, D, 1, C], a unit vector for each category: the stuff classes in the card's order, then those of things. It does
    /// not depend on the images, but the network owns it.
    /// </summary>
    public const string Memory = "ciae_memory";

    /// <summary>
    /// Logits of a semantic head [N, stuff classes + 1, H/4, W/4]: the stuff classes in the card's order, then all things as one class.
    /// </summary>
    public const string SemanticLogits = "semantic_logits";

    /// <summary>Class logits [N, classes, h, w], before the sigmoid.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string ClassLogits(int level) => $"class_logits_p{level + 3}";

    /// <summary>Distances from a location to the left, top, right and bottom side [N, 4, h, w], in strides, not negative.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string Box(int level) => $"box_p{level + 3}";

    /// <summary>Centerness logits [N, 1, h, w], before the sigmoid.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string Centerness(int level) => $"centerness_p{level + 3}";

    /// <summary>EmbedMask's proposal embedding q [N, D, h, w].</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string ProposalEmbedding(int level) => $"proposal_embedding_p{level + 3}";

    /// <summary>EmbedMask's margin m = 1/(2 sigma^2) [N, 1 or D, h, w], after exp.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string ProposalMargin(int level) => $"proposal_margin_p{level + 3}";

    /// <summary>MEInst's mask coefficients [N, D, h, w]: the codec's numbers, or the mask's own logits where it has no codec.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string MaskCoefficients(int level) => $"mask_coefficients_p{level + 3}";

    /// <summary>The names that decoding needs; a network may have more.</summary>
    /// <param name="card">The model's card.</param>
    /// <exception cref="NotSupportedException">The card's method is not known to this version.</exception>
    public static IReadOnlyList<string> Of(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        Func<int, string>[] perLevel =
        [
            ClassLogits, Box, Centerness,
            .. card.Method switch
            {
                Method.EmbedMask => OfProposals(card.EmbedMask!),
                Method.MEInst => [MaskCoefficients],
                Method.Ciae => [],
                _ => throw new NotSupportedException($"The method {card.Method} is not known to Panoptes {ModelCard.LibraryVersion}."),
            },
        ];
        string[] pixels = card.Method switch
        {
            Method.EmbedMask => [PixelEmbedding],
            Method.Ciae => [CategoryInstanceEmbedding, Memory],
            _ => [],
        };
        return
        [
            .. Enumerable.Range(0, card.Detection.Strides.Count).SelectMany(level => perLevel.Select(name => name(level))),
            .. pixels,
            .. card.PanopticMerge is null ? Array.Empty<string>() : [SemanticLogits],
        ];
    }

    private static Func<int, string>[] OfProposals(EmbedMaskOptions options) =>
    [
        .. options.ClusterCenter == ClusterCenter.Proposal ? (Func<int, string>[])[ProposalEmbedding] : [],
        .. options.Similarity == Similarity.Gaussian ? (Func<int, string>[])[ProposalMargin] : [],
    ];
}
