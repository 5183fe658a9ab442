namespace Panoptes.Training.Models.EmbedMask;

/// <summary>Which of an object's positive locations train its embedding and margin.</summary>
public enum PositiveRule
{
    /// <summary>All whose predicted box overlaps the object's by more than <c>positive_iou</c> (the paper).</summary>
    IouSet,

    /// <summary>The one whose predicted box overlaps best (the method's later versions).</summary>
    BestOne,
}
