namespace Panoptes.Coco.Formats;

/// <summary>What a conversion can lose, or had to change.</summary>
public enum LossKind
{
    /// <summary>Crowd regions skipped.</summary>
    Crowds,

    /// <summary>Crowd regions that became ordinary objects.</summary>
    CrowdFlags,

    /// <summary>Stuff segments skipped.</summary>
    Stuff,

    /// <summary>Objects or pixels without a place: more than the format can number.</summary>
    TooMany,

    /// <summary>Objects that have a box but no outline.</summary>
    NoOutline,

    /// <summary>Objects and polygons that were broken in the input and skipped.</summary>
    Broken,

    /// <summary>Segments of the JSON without a pixel in the PNG, skipped.</summary>
    EmptySegments,

    /// <summary>Shapes without an area, such as points and lines, skipped.</summary>
    Shapes,

    /// <summary>Circles that became polygons.</summary>
    Circles,

    /// <summary>Pixels covered by another object, where a pixel belongs to one object only.</summary>
    CoveredPixels,

    /// <summary>Objects of which no pixel is left.</summary>
    HiddenObjects,

    /// <summary>Pixels that differ once the result is read again.</summary>
    ChangedPixels,

    /// <summary>Void pixels, which are neither an object nor background.</summary>
    VoidPixels,

    /// <summary>Outlines that became masks of pixels.</summary>
    PolygonsToPixels,

    /// <summary>Masks of pixels that became polygons around the same pixels.</summary>
    PixelsToPolygons,

    /// <summary>Holes that became part of the outline by a bridge without width; the pixels stay the same.</summary>
    Holes,

    /// <summary>Objects of several polygons joined to one by bridges without width; the pixels stay the same.</summary>
    JoinedPolygons,

    /// <summary>Polygons that overlap each other or leave the image, traced again around the same pixels.</summary>
    TracedPolygons,

    /// <summary>Objects whose class is not kept.</summary>
    Classes,

    /// <summary>Attributes of objects, such as difficult or truncated.</summary>
    Attributes,

    /// <summary>Keys of a JSON.</summary>
    Keys,

    /// <summary>Stated boxes and areas that are not those of the outline.</summary>
    BoxesAndAreas,

    /// <summary>Ids of segments.</summary>
    SegmentIds,

    /// <summary>Ids of annotations.</summary>
    AnnotationIds,

    /// <summary>Ids of classes.</summary>
    ClassIds,

    /// <summary>Ids of images.</summary>
    ImageIds,

    /// <summary>Images that the format has no labels for, skipped.</summary>
    UnlabeledImages,

    /// <summary>Objects, shapes and lines of the input that are malformed, skipped.</summary>
    InvalidObjects,

    /// <summary>Files of the input that cannot be read, skipped with their image.</summary>
    InvalidFiles,

    /// <summary>Labels whose image is missing.</summary>
    LabelsWithoutImage,

    /// <summary>Images of a kind that is known but not read, such as HEIC.</summary>
    UnsupportedImages,

    /// <summary>Keys and elements of the input that nothing here knows.</summary>
    UnknownKeys,

    /// <summary>Parts of the input that are missing or not read.</summary>
    IgnoredParts,

    /// <summary>What was wrong in the input and was repaired while reading, such as a missing area.</summary>
    Repaired,
}
