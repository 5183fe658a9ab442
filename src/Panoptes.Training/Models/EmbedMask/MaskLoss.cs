namespace Panoptes.Training.Models.EmbedMask;

/// <summary>Loss of EmbedMask's masks.</summary>
public enum MaskLoss
{
    /// <summary>Lovasz hinge on the logit of phi (Eq. 3 and 4 of the paper).</summary>
    Lovasz,

    /// <summary>Two hinges on the distance of embeddings, with fixed margins (Eq. 2).</summary>
    Hinge,
}
