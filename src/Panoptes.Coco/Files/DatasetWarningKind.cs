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

    /// <summary>A mask whose run lengths state columns before rows was read the right way round.</summary>
    ExchangedSize,

    /// <summary>
    /// Nearly all objects state their box's area as their mask's, as Roboflow writes it; the areas were taken from the masks.
    /// </summary>
    BoxAreas,

    /// <summary>The first class is only the name of the group of the others, as Roboflow writes it, and was dropped.</summary>
    GroupClass,

    /// <summary>A malformed image, class or annotation was dropped (<see cref="InstanceDatasetOptions.SkipInvalid"/>).</summary>
    Invalid,
}
