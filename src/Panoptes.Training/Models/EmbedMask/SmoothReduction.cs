namespace Panoptes.Training.Models.EmbedMask;

/// <summary>How the smooth loss of one object is reduced over its positives.</summary>
public enum SmoothReduction
{
    /// <summary>Mean, as in Eq. 7 of the paper.</summary>
    Mean,

    /// <summary>Sum, as in the authors' code.</summary>
    Sum,
}
