namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Where the area of a detection comes from. It decides whether an unmatched detection counts in AP of small, medium or large
/// objects, and nothing else.
/// </summary>
public enum DetectionArea
{
    /// <summary>The box's area where the detection has a box, the mask's otherwise; as pycocotools' <c>loadRes</c> does, even when
    /// masks are compared.</summary>
    Box,

    /// <summary>The mask's area where the detection has a mask; what pycocotools gives for results without boxes, and
    /// detectron2 for masks.</summary>
    Mask,
}
