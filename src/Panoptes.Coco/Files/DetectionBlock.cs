namespace Panoptes.Coco.Files;

/// <summary>Neighboring detections of a list.</summary>
/// <param name="Start">The place of the first in the list.</param>
/// <param name="Rows">The detections.</param>
/// <param name="Masks">Their masks; empty where no mask was read.</param>
internal sealed record DetectionBlock(int Start, DetectionRow[] Rows, StoredMask[] Masks)
{
    /// <summary>Ids that are texts, by the integers that stand for them; null if there are none.</summary>
    public Dictionary<long, string>? Texts { get; init; }

    /// <summary>The mask of the detection at a place in the block, or none.</summary>
    public StoredMask MaskOf(int row) => Masks.Length == 0 ? default : Masks[row];
}
