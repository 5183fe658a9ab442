using static Panoptes.Coco.Datasets.Checks.ProblemSeverity;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Every kind of problem with its severity and what there is to say about it.</summary>
internal static class ProblemTable
{
    private static readonly Dictionary<ProblemKind, Problem> s_problems = new Problem[]
    {
        // Images
        new(
            ProblemKind.InvalidImage, Error, "elements of images without an id",
            "No object can belong to such an image, and readers stop at it.",
            "Gets a new id; what is not an object stays, and DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.DuplicateImageId, Error, "images with a duplicate id",
            "It is unclear which image the objects belong to, and readers keep only one of the images.",
            "The first image keeps all objects; an entry with another file gets a new id, one with the same file is dropped. "
                + "If that one states another size, both stay with their objects: correct the sizes, "
                + "or DatasetCheckOptions.DropUnusable drops them."),
        new(
            ProblemKind.DuplicateKey, Error, "elements with a duplicate key",
            "It is unclear which of the two counts: readers stop at it, and tools in other languages take the first or the last.",
            "Stays; delete one of the two."),
        new(
            ProblemKind.DuplicateFileName, Error, "images listed twice, by their file name",
            "Annotations of one entry count as background, or as false positives, in the other.",
            "If the stated sizes agree, the objects move to one entry and the others are dropped. "
                + "Entries with other sizes stay: correct file_name or the sizes."),
        new(
            ProblemKind.InvalidFileName, Error, "images whose file_name is not text",
            "Readers stop at it.",
            "Stays; DatasetCheckOptions.DropUnusable drops the image with its objects."),
        new(
            ProblemKind.MissingFileName, Warning, "images without file_name",
            "Scoring works; nothing can be trained on or shown.",
            "Stays."),
        new(
            ProblemKind.MissingSize, Error, "images without a valid width and height",
            "Masks cannot be drawn: scoring and training stop.",
            "The size is taken from the image file; this needs the folder of images."),
        new(
            ProblemKind.MissingImage, Error, "images that are not in the folder",
            "Training stops at the first of them.",
            "Stays; DatasetCheckOptions.DropUnusable drops it with its objects."),
        new(
            ProblemKind.UnreadableImage, Error, "images that cannot be read",
            "Training stops at the first of them, or learns from gray pixels.",
            "Stays; DatasetCheckOptions.DropUnusable drops it with its objects."),
        new(
            ProblemKind.WrongSize, Error, "images with another size than the JSON states",
            "Boxes and masks are in the wrong place, and run lengths do not fit.",
            "The size is taken from the file; boxes and masks that fit the stated size are scaled with it, "
                + "if the proportions are the same. With other proportions, image and objects stay unless some fit only the file: "
                + "correct the size or the file, or DatasetCheckOptions.DropUnusable drops them."),
        new(
            ProblemKind.RotatedImage, Error, "images whose stated size is that before the EXIF rotation",
            "The image is turned upright when it is read, but its boxes and masks are not.",
            "Size, boxes and masks are rotated like the image, unless they fit only the upright image. "
                + "If some fit only that and others only the stated size, all stay, and DatasetCheckOptions.DropUnusable drops them."),
        new(
            ProblemKind.AmbiguousOrientation, Warning, "images with an EXIF orientation that the size does not show",
            "If the labelling tool did not rotate the image, its boxes and masks are upside down or mirrored.",
            "Stays; look at the image with its objects."),
        new(
            ProblemKind.ImageInBoth, Error, "images that are also in the other dataset",
            "Training images are used for evaluation: AP is too high.",
            "Dropped with its objects."),
        new(
            ProblemKind.UnusedFile, Info, "image files that the JSON does not list",
            "Not used for anything.",
            "Stays."),
        new(
            ProblemKind.ImageWithoutObjects, Info, "images without objects",
            "Trained and measured as pure background, which is correct if they really are empty.",
            "Stays."),

        // Classes
        new(
            ProblemKind.InvalidClass, Error, "elements of categories without an id",
            "No object can be of such a class, and readers stop at it.",
            "Gets a new id; what is not an object stays, and DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.DuplicateClassId, Error, "classes with a duplicate id",
            "It is unclear which class the objects have.",
            "The first class keeps all objects; one with another name gets a new id, one with the same name is dropped."),
        new(
            ProblemKind.NamelessClass, Warning, "classes without a name",
            "Reports cannot name it.",
            "Named \"category ID\"."),
        new(
            ProblemKind.SameClassName, Warning, "classes with a duplicate name",
            "Trained and measured as different classes: each takes detections from the other.",
            "Stays; remap the dataset to join them."),
        new(
            ProblemKind.MissingIsThing, Error, "classes without isthing (0 or 1)",
            "It is unclear whether objects are counted one by one: panoptic scoring and training stop.",
            "Stays; only you know it."),
        new(
            ProblemKind.ClassWithoutObjects, Info, "classes without objects",
            "Nothing to learn; its AP is undefined and not averaged.",
            "Stays; a subset of the classes, or remapping the dataset, drops them."),

        // Objects
        new(
            ProblemKind.NoInstances, Error, "datasets without an instance of a known image and class",
            "Nothing can be learned or measured.",
            "Stays; the findings above and below say what is wrong with each, if there are any."),
        new(
            ProblemKind.OnlyCrowds, Error, "datasets whose instances are all crowds",
            "Crowds are neither learned nor measured, so nothing is; tools that draw masks with a brush write iscrowd 1 for all.",
            "Stays; DatasetCheckOptions.ClearCrowd sets iscrowd to 0."),
        new(
            ProblemKind.InvalidAnnotation, Error, "elements of annotations that are not annotations",
            "Readers stop at it.",
            "Stays; DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.InvalidId, Error, "annotations without an id",
            "Readers stop at it.",
            "Gets a new id."),
        new(
            ProblemKind.DuplicateId, Error, "annotations with a duplicate id",
            "pycocotools keeps only the last of them: the others vanish from AP.",
            "Gets a new id."),
        new(
            ProblemKind.ZeroId, Error, "annotations with the id 0",
            "pycocotools treats a match with it as no match: a correct detection counts as a false positive.",
            "Gets a new id."),
        new(
            ProblemKind.UnknownImage, Error, "annotations of an image missing from images",
            "Readers stop at it.",
            "Stays; DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.UnknownClass, Error, "annotations of a class missing from categories",
            "Readers stop at it; pycocotools skips it.",
            "Stays; DatasetCheckOptions.DropUnusable drops it, and whole panoptic images with such a segment."),
        new(
            ProblemKind.DuplicateObject, Error, "objects that exist twice (same image, class and mask)",
            "Only one of them can be found, so recall stays below 1, and training sees two objects where there is one.",
            "The first stays, the others are dropped."),
        new(
            ProblemKind.InvalidBox, Error, "boxes that are missing or not four finite numbers",
            "Readers stop at it.",
            "Taken from the mask; without a mask the object stays, and DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.EmptyBox, Error, "boxes without width or height",
            "No detection can match it, and losses become infinite.",
            "Taken from the mask; without a mask the object is dropped."),
        new(
            ProblemKind.BoxOutside, Error, "boxes outside of their image",
            "Detections end at the border, so none can match it well; AP is too low.",
            "Taken from the mask, or clipped if there is none; the object is dropped if nothing is left."),
        new(
            ProblemKind.BoxOffMask, Error, "boxes that do not fit their mask",
            "AP of boxes and of masks measure different things, and networks cut the mask off at the box.",
            "Taken from the mask."),
        new(
            ProblemKind.InvalidArea, Error, "areas that are missing or not positive numbers",
            "pycocotools stops, or counts the object as small.",
            "Counted from the mask, or from the box if there is none."),
        new(
            ProblemKind.WrongArea, Error, "areas that differ from the mask's",
            "The object counts in the wrong size class of AP (small, medium, large).",
            "Counted from the mask."),
        new(
            ProblemKind.CrowdArea, Warning, "areas of crowds that differ from the mask's",
            "None: crowds are ignored at every size; COCO's own data is like this.",
            "Counted from the mask."),
        new(
            ProblemKind.InvalidCrowdFlag, Error, "values of iscrowd other than 0 and 1",
            "Readers stop at it.",
            "Set to 0, or to 1 if it is another number."),
        new(
            ProblemKind.MissingCrowdFlag, Warning, "annotations without iscrowd",
            "Read as 0 here; pycocotools stops.",
            "Set to 0."),
        new(
            ProblemKind.MissingMask, Warning, "annotations without a mask",
            "Enough for boxes; with masks the object counts as background, and pycocotools stops.",
            "Stays."),
        new(
            ProblemKind.InvalidMask, Error, "masks that cannot be read",
            "Readers stop at it.",
            "The object stays unchanged; DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.InvalidPolygon, Error, "polygons with fewer than 3 points, an odd count of numbers or invalid values",
            "pycocotools stops or treats it as a box; part of the mask is lost.",
            "A line or a point is dropped if other polygons remain; otherwise the object stays unchanged, "
                + "and DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.BarePolygon, Warning, "polygons without the list around them",
            "Read here; pycocotools stops.",
            "The list is put around it."),
        new(
            ProblemKind.PolygonOutside, Warning, "polygons with points outside of their image",
            "The mask ends at the border; area and box in the file may not.",
            "Clipped."),
        new(
            ProblemKind.EmptyMask, Error, "masks without a pixel",
            "No detection can match it; averages over its pixels are undefined.",
            "Dropped with the object."),
        new(
            ProblemKind.MaskSize, Error, "run lengths for another size than the image's",
            "Readers stop at it.",
            "The object stays unchanged; DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.CrowdPolygon, Warning, "crowds drawn as polygons",
            "COCO's are run lengths, and some tools accept nothing else.",
            "Turned into run lengths."),

        // Panoptic
        new(
            ProblemKind.DuplicatePanopticImage, Error, "second annotations of an image",
            "An image has one label map; readers stop at the second.",
            "The first stays; one with the same PNG is dropped; any other stays, and DatasetCheckOptions.DropUnusable drops it."),
        new(
            ProblemKind.MissingLabelMap, Error, "label maps that are not in the folder",
            "Scoring and training stop at the first of them.",
            "Stays; DatasetCheckOptions.DropUnusable drops the image."),
        new(
            ProblemKind.UnreadableLabelMap, Error, "label maps that cannot be read",
            "Scoring and training stop at the first of them.",
            "Stays; DatasetCheckOptions.DropUnusable drops the image."),
        new(
            ProblemKind.LabelMapSize, Error, "label maps of another size than their image",
            "Pixels of map and image do not belong together.",
            "Stays; DatasetCheckOptions.DropUnusable drops the image."),
        new(
            ProblemKind.LabelMapNotRgb, Warning, "label maps that are not RGB",
            "Read here by their values; panopticapi fails.",
            "Stays; the PNG has to be written again."),
        new(
            ProblemKind.LabelWithoutSegment, Error, "labels in PNGs missing from segments_info",
            "It is unclear which class the pixels have; scoring stops.",
            "Stays; DatasetCheckOptions.DropUnusable drops the image."),
        new(
            ProblemKind.SegmentWithoutPixels, Error, "segments without a pixel",
            "Nothing can match it: panoptic quality is too low, or scoring stops.",
            "The segment is dropped, unless the PNG has labels without a segment."),
        new(
            ProblemKind.InvalidSegment, Error, "segments with an invalid id (0 means unlabeled)",
            "No pixel can have it; scoring stops.",
            "Stays; DatasetCheckOptions.DropUnusable drops the segment."),
        new(
            ProblemKind.DuplicateSegmentId, Error, "segments with a duplicate id in their image",
            "It is unclear which class the pixels have.",
            "Stays; DatasetCheckOptions.DropUnusable drops all but the first."),
        new(
            ProblemKind.RepeatedStuff, Warning, "second segments of a stuff class in an image",
            "Each has to be matched separately, but a model gives one per class: panoptic quality is too low.",
            "Stays; the PNG has to be drawn again."),
        new(
            ProblemKind.SegmentArea, Error, "areas of segments that differ from their pixel counts",
            "panopticapi believes them: panoptic quality beyond 1 has been seen.",
            "Counted from the PNG."),
        new(
            ProblemKind.SegmentBox, Warning, "boxes of segments that are not around their pixels",
            "Panoptic quality ignores them; training of boxes uses them.",
            "Taken from the PNG."),
    }.ToDictionary(problem => problem.Kind);

    /// <summary>The explanation of a kind.</summary>
    public static Problem Of(ProblemKind kind) => s_problems[kind];

    /// <summary>Whether a repair drops what has a problem, or some of it.</summary>
    /// <param name="kind">The problem.</param>
    /// <param name="unusableToo">Whether what cannot be used goes too.</param>
    public static bool Drops(ProblemKind kind, bool unusableToo) => kind switch
    {
        ProblemKind.ImageInBoth or ProblemKind.DuplicateObject or ProblemKind.EmptyBox or ProblemKind.BoxOutside or ProblemKind.EmptyMask
            or ProblemKind.DuplicatePanopticImage or ProblemKind.SegmentWithoutPixels or ProblemKind.DuplicateImageId => true,
        _ => unusableToo && Of(kind).Remedy.Contains(nameof(DatasetCheckOptions.DropUnusable), StringComparison.Ordinal),
    };
}
