namespace Panoptes.Coco.Evaluation;

/// <summary>What a detection is compared by.</summary>
public enum IouType
{
    /// <summary>Boxes.</summary>
    Bbox,

    /// <summary>Masks.</summary>
    Segm,

    /// <summary>Masks and their boundaries: the smaller of the two IoUs (Boundary AP, arXiv 2103.16562).</summary>
    Boundary,
}
