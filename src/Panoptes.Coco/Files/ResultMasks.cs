namespace Panoptes.Coco.Files;

/// <summary>Which masks of a results file are read.</summary>
public enum ResultMasks
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Only those of detections without a box, which then take their box from the mask.</summary>
    WhereNoBox,
}
