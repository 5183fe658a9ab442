namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What can be wrong with a dataset, or worth knowing about it; <see cref="Problem"/> explains each.</summary>
public enum ProblemKind
{
    /// <summary>An element of <c>images</c> that is not an object with an id.</summary>
    InvalidImage,

    /// <summary>An image whose id another one has.</summary>
    DuplicateImageId,

    /// <summary>An image file that is listed twice.</summary>
    DuplicateFileName,

    /// <summary>An image whose <c>file_name</c> is not text.</summary>
    InvalidFileName,

    /// <summary>An image without <c>file_name</c>.</summary>
    MissingFileName,

    /// <summary>An image without a valid <c>width</c> and <c>height</c>.</summary>
    MissingSize,

    /// <summary>An image that is not in the folder.</summary>
    MissingImage,

    /// <summary>An image file that is damaged, cut off or no JPEG or PNG.</summary>
    UnreadableImage,

    /// <summary>An image whose file has another size than the JSON states.</summary>
    WrongSize,

    /// <summary>An image with an EXIF orientation that exchanges its sides, stated with the size before turning.</summary>
    RotatedImage,

    /// <summary>An image with an EXIF orientation, of which the size does not tell whether its objects were drawn upright.</summary>
    AmbiguousOrientation,

    /// <summary>An image that is also in the dataset to compare with.</summary>
    ImageInBoth,

    /// <summary>An image file in the folder that the JSON does not list.</summary>
    UnusedFile,

    /// <summary>An image without objects.</summary>
    ImageWithoutObjects,

    /// <summary>An element of <c>categories</c> that is not an object with an id.</summary>
    InvalidClass,

    /// <summary>A class whose id another one has.</summary>
    DuplicateClassId,

    /// <summary>A class without a name.</summary>
    NamelessClass,

    /// <summary>A class whose name another one has.</summary>
    SameClassName,

    /// <summary>A class of a panoptic dataset without a valid <c>isthing</c>.</summary>
    MissingIsThing,

    /// <summary>A class without objects.</summary>
    ClassWithoutObjects,

    /// <summary>A dataset without an instance of a known image and class.</summary>
    NoInstances,

    /// <summary>A dataset whose instances are all crowds.</summary>
    OnlyCrowds,

    /// <summary>An element of <c>annotations</c> that cannot be read as one.</summary>
    InvalidAnnotation,

    /// <summary>An annotation without an integer id.</summary>
    InvalidId,

    /// <summary>An annotation whose id another one has.</summary>
    DuplicateId,

    /// <summary>An annotation with the id 0.</summary>
    ZeroId,

    /// <summary>An annotation of an image that is not listed.</summary>
    UnknownImage,

    /// <summary>An annotation or segment of a class that is not listed.</summary>
    UnknownClass,

    /// <summary>An object that another one equals in image, class and mask (box where there is no mask).</summary>
    DuplicateObject,

    /// <summary>A box that is missing or not four finite numbers.</summary>
    InvalidBox,

    /// <summary>A box with a width or height that is not positive.</summary>
    EmptyBox,

    /// <summary>A box that lies partly outside of its image, by more than a pixel.</summary>
    BoxOutside,

    /// <summary>A box that does not fit its mask: an edge is more than two pixels away.</summary>
    BoxOffMask,

    /// <summary>An area that is missing, not finite or not positive.</summary>
    InvalidArea,

    /// <summary>An area that is not the mask's, by more than a tenth and two pixels.</summary>
    WrongArea,

    /// <summary>A crowd's area that is not its mask's.</summary>
    CrowdArea,

    /// <summary>An <c>iscrowd</c> that is neither 0 nor 1.</summary>
    InvalidCrowdFlag,

    /// <summary>An annotation without <c>iscrowd</c>.</summary>
    MissingCrowdFlag,

    /// <summary>An annotation with a box but no mask.</summary>
    MissingMask,

    /// <summary>A segmentation that cannot be read: neither polygons nor run lengths, or run lengths that are malformed.</summary>
    InvalidMask,

    /// <summary>A polygon with fewer than 3 points, an odd count of numbers, or one that is not finite.</summary>
    InvalidPolygon,

    /// <summary>A polygon without the list of polygons around it.</summary>
    BarePolygon,

    /// <summary>A polygon with points outside of its image, by more than a pixel.</summary>
    PolygonOutside,

    /// <summary>A mask without a pixel.</summary>
    EmptyMask,

    /// <summary>Run lengths made for another size than the image's.</summary>
    MaskSize,

    /// <summary>A crowd drawn as polygons.</summary>
    CrowdPolygon,

    /// <summary>A second panoptic annotation of an image.</summary>
    DuplicatePanopticImage,

    /// <summary>A PNG of labels that is not in the folder.</summary>
    MissingLabelMap,

    /// <summary>A PNG of labels that is damaged or no PNG.</summary>
    UnreadableLabelMap,

    /// <summary>A PNG of labels of another size than its image.</summary>
    LabelMapSize,

    /// <summary>A PNG of labels that is gray or has a palette.</summary>
    LabelMapNotRgb,

    /// <summary>A label in a PNG that <c>segments_info</c> does not have.</summary>
    LabelWithoutSegment,

    /// <summary>A segment of which its PNG has no pixel.</summary>
    SegmentWithoutPixels,

    /// <summary>A segment without an id from 1 to 16777215, or with 0, which means unlabeled.</summary>
    InvalidSegment,

    /// <summary>A segment whose id another one of the image has.</summary>
    DuplicateSegmentId,

    /// <summary>A second segment of a stuff class in an image.</summary>
    RepeatedStuff,

    /// <summary>A segment's area that is not the number of its pixels.</summary>
    SegmentArea,

    /// <summary>A segment's box that is not around its pixels.</summary>
    SegmentBox,

    /// <summary>An image, class or annotation that has a key twice.</summary>
    DuplicateKey,
}
