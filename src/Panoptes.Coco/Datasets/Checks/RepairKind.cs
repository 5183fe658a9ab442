namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What a repair changes.</summary>
public enum RepairKind
{
    /// <summary>Images skipped, with their objects.</summary>
    ImagesSkipped,

    /// <summary>Entries of an image that another entry lists, joined with that.</summary>
    ImagesJoined,

    /// <summary>Images that got a new id.</summary>
    ImagesRenumbered,

    /// <summary>Sizes of images taken from their files.</summary>
    SizesCorrected,

    /// <summary>Classes skipped.</summary>
    ClassesSkipped,

    /// <summary>Classes that got a new id.</summary>
    ClassesRenumbered,

    /// <summary>Classes that got a name.</summary>
    ClassesNamed,

    /// <summary>Annotations skipped: objects, or panoptic images.</summary>
    AnnotationsSkipped,

    /// <summary>Annotations that got a new id.</summary>
    IdsRenewed,

    /// <summary>Annotations that moved to another image's entry.</summary>
    ImagesOfAnnotationsChanged,

    /// <summary>Boxes taken from the mask, clipped or moved.</summary>
    BoxesCorrected,

    /// <summary>Areas counted again.</summary>
    AreasCorrected,

    /// <summary>Masks clipped, moved, written in another form or freed of polygons that were none.</summary>
    MasksCorrected,

    /// <summary>Values of <c>iscrowd</c> set.</summary>
    CrowdFlagsSet,

    /// <summary>Segments of panoptic images skipped.</summary>
    SegmentsSkipped,
}
