namespace Panoptes.Evaluation;

/// <summary>What a detection is compared by.</summary>
public enum IouType
{
    /// <summary>Boxes.</summary>
    Bbox,

    /// <summary>Masks.</summary>
    Segm,
}
