namespace Panoptes.Coco.Datasets.Checks;

/// <summary>How often a repair made a kind of change.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How often.</param>
public sealed record RepairChange(RepairKind Kind, int Count)
{
    /// <summary>The kind in words: <c>boxes corrected</c>.</summary>
    public string What => Kind switch
    {
        RepairKind.ImagesSkipped => "images skipped",
        RepairKind.ImagesJoined => "entries of the same image joined",
        RepairKind.ImagesRenumbered => "images with a new id",
        RepairKind.SizesCorrected => "sizes of images taken from their files",
        RepairKind.ClassesSkipped => "classes skipped",
        RepairKind.ClassesRenumbered => "classes with a new id",
        RepairKind.ClassesNamed => "classes named",
        RepairKind.AnnotationsSkipped => "annotations skipped",
        RepairKind.IdsRenewed => "annotations with a new id",
        RepairKind.ImagesOfAnnotationsChanged => "annotations moved to the joined entry",
        RepairKind.BoxesCorrected => "boxes corrected",
        RepairKind.AreasCorrected => "areas corrected",
        RepairKind.MasksCorrected => "masks corrected",
        RepairKind.CrowdFlagsSet => "values of iscrowd set",
        RepairKind.SegmentsSkipped => "segments skipped",
        _ => throw new ArgumentOutOfRangeException(nameof(Kind), Kind, null),
    };
}
