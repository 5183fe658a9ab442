namespace Panoptes.Inference.EmbedMask;

/// <summary>The names of the outputs that a network of EmbedMask has in addition to its detector's.</summary>
internal static class EmbedMaskOutputs
{
    /// <summary>The pixel embedding p [N, D, H/8, W/8].</summary>
    public const string PixelEmbedding = "pixel_embedding";

    /// <summary>The proposal embedding q [N, D, h, w].</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string ProposalEmbedding(int level) => $"proposal_embedding_p{level + 3}";

    /// <summary>The margin m = 1/(2 sigma^2) [N, 1 or D, h, w], after exp.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string ProposalMargin(int level) => $"proposal_margin_p{level + 3}";
}
