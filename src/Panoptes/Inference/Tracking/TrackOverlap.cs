namespace Panoptes.Inference.Tracking;

/// <summary>What tells that two instances of successive images are one object.</summary>
public enum TrackOverlap
{
    /// <summary>The mean of <see cref="Mask"/> and <see cref="Box"/>: masks tell objects apart that pass each other, boxes still overlap
    /// where
    /// thin objects move.</summary>
    MaskAndBox,

    /// <summary>The IoU of their masks.</summary>
    Mask,

    /// <summary>The IoU of their boxes.</summary>
    Box,
}
