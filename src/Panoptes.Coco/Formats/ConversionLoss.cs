using Panoptes.Imaging;

namespace Panoptes.Coco.Formats;

/// <summary>Something that a conversion lost or had to change, because the format cannot hold it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Count">How many of them; for kinds that end in Pixels, pixels.</param>
/// <param name="Examples">A few of them.</param>
public sealed record ConversionLoss(LossKind Kind, long Count, IReadOnlyList<string> Examples)
{
    /// <summary>The kind in words.</summary>
    public string What => Kind switch
    {
        LossKind.Crowds => "crowd regions skipped; the format has no flag for them (ConversionOptions.KeepCrowds makes objects of them)",
        LossKind.CrowdFlags => "crowd regions written as ordinary objects; the format has no flag for them",
        LossKind.Stuff => "stuff segments skipped (ConversionOptions.KeepStuff makes objects of them)",
        LossKind.TooMany => "objects merged or skipped; the format cannot number so many in an image",
        LossKind.NoOutline => "objects have a box but no outline; formats without boxes get its rectangle",
        LossKind.Broken => "objects or polygons skipped that have no valid outline",
        LossKind.EmptySegments => "segments skipped that have no pixel",
        LossKind.Shapes => "shapes skipped that have no area",
        LossKind.Circles => "circles turned to polygons",
        LossKind.CoveredPixels => "pixels given to the object in front only; the format gives a pixel to one object",
        LossKind.HiddenObjects => "objects of which no pixel is left behind others",
        LossKind.ChangedPixels => "pixels differ once read again",
        LossKind.VoidPixels => "void pixels made background",
        LossKind.PolygonsToPixels => "outlines turned to pixels",
        LossKind.PixelsToPolygons => "masks of pixels turned to polygons around the same pixels",
        LossKind.Holes => "holes tied to the outline around them; the pixels are the same",
        LossKind.JoinedPolygons => "objects of several polygons joined to one; the pixels are the same",
        LossKind.TracedPolygons => "polygons that overlap or leave the image traced again; the pixels are the same",
        LossKind.Classes => "objects written without their class",
        LossKind.Attributes => "attributes not kept",
        LossKind.Keys => "keys that the format has no place for",
        LossKind.BoxesAndAreas => "stated boxes or areas not kept, which differ from the outline's",
        LossKind.SegmentIds => "ids of segments not kept; they are numbered again",
        LossKind.AnnotationIds => "ids of annotations not kept; they are numbered again",
        LossKind.ClassIds => "ids of classes not kept (ConversionOptions.Like brings them back)",
        LossKind.ImageIds => "ids of images not kept (ConversionOptions.Like brings them back)",
        LossKind.UnlabeledImages => "images skipped that have no label file",
        LossKind.InvalidObjects => "objects skipped that are malformed",
        LossKind.InvalidFiles => "files skipped that cannot be read",
        LossKind.LabelsWithoutImage => "label files whose image is missing",
        LossKind.UnsupportedImages => $"images of a kind that is not read; supported are {ImageFiles.FormatList}",
        LossKind.UnknownKeys => "keys or elements that are not read",
        LossKind.Repaired => "things repaired while reading",
        LossKind.IgnoredParts => "parts of the dataset that were not read",
        _ => throw new InvalidOperationException($"{Kind} has no words."),
    };

    /// <summary>
    /// Whether the input holds it and it was not read, as opposed to what the output cannot hold. <see cref="ConversionOptions.Strict"/>
    /// makes an error of it.
    /// </summary>
    public bool IsUnread => Kind is LossKind.Broken or LossKind.Shapes or LossKind.UnlabeledImages or LossKind.InvalidObjects
        or LossKind.InvalidFiles or LossKind.LabelsWithoutImage or LossKind.UnsupportedImages or LossKind.UnknownKeys
        or LossKind.IgnoredParts;

    /// <summary>The loss as one line for the user.</summary>
    public override string ToString()
    {
        string more = Count > Examples.Count ? "; ..." : "";
        return $"{Count} {What}: {string.Join("; ", Examples)}{more}";
    }
}
