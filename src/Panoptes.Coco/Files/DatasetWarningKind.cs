namespace Panoptes.Coco.Files;

/// <summary>What was odd about a dataset and has been repaired while loading.</summary>
public enum DatasetWarningKind
{
    /// <summary>A polygon with fewer than 6 numbers or an odd count was removed.</summary>
    InvalidPolygon,

    /// <summary>An object without any valid mask was dropped.</summary>
    ObjectWithoutMask,

    /// <summary>An object without a box got its mask's.</summary>
    MissingBox,

    /// <summary>An object without an area got its mask's, or its box's where masks are not loaded.</summary>
    MissingArea,
}
