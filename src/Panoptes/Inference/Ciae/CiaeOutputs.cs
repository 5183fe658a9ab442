namespace Panoptes.Inference.Ciae;

/// <summary>The names of the outputs that a network of CIAE has in addition to its detector's.</summary>
internal static class CiaeOutputs
{
    /// <summary>The pixel embedding P' + P'' [N, D, H/4, W/4], before it is enlarged and normalized.</summary>
    public const string Embedding = "ciae_embedding";

    /// <summary>
    /// The memory [1, D, 1, C], a unit vector for each category: the stuff classes in the card's order, then those of things. It does not
    /// depend on the images, but the network owns it.
    /// </summary>
    public const string Memory = "ciae_memory";
}
