namespace Panoptes.Coco.Files;

/// <summary>
/// A list of detections as rows, in the blocks in which it was read: what scoring needs. The blocks are never put together, since memory
/// touched for the first time costs a short command more than finding a detection's block.
/// </summary>
internal sealed class DetectionTable
{
    /// <param name="blocks">The blocks, in the list's order.</param>
    public DetectionTable(IReadOnlyList<DetectionBlock> blocks)
    {
        Blocks = [.. blocks];
        foreach (DetectionBlock block in Blocks)
        {
            Count += block.Rows.Length;
            HasMasks |= block.Masks.Length > 0;
        }
    }

    /// <summary>How many detections there are.</summary>
    public int Count { get; }

    /// <summary>The blocks, in the list's order.</summary>
    public DetectionBlock[] Blocks { get; }

    /// <summary>Whether any mask was read.</summary>
    public bool HasMasks { get; }

    /// <summary>The detection at a place in the list, but for its mask.</summary>
    public ref readonly DetectionRow this[int index]
    {
        get
        {
            DetectionBlock block = BlockOf(index);
            return ref block.Rows[index - block.Start];
        }
    }

    /// <summary>Makes a table of what is in memory.</summary>
    public static DetectionTable Of(IReadOnlyList<CocoDetection> detections)
    {
        DetectionRow[] rows = new DetectionRow[detections.Count];
        StoredMask[] masks = new StoredMask[detections.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            CocoDetection detection = detections[i];
            rows[i] = new DetectionRow(detection.ImageId, detection.CategoryId, detection.Bbox, detection.Score);
            masks[i] = StoredMask.Of(detection.Mask);
        }

        return new DetectionTable([new DetectionBlock(0, rows, masks)]);
    }

    /// <summary>Whether any id is a text.</summary>
    public bool HasTexts => Array.Exists(Blocks, block => block.Texts is not null);

    /// <summary>An id as it stands in the file.</summary>
    public string Describe(long id) =>
        Array.Find(Blocks, block => block.Texts?.ContainsKey(id) == true)?.Texts![id] is { } text ? $"\"{text}\"" : $"{id}";

    /// <summary>The mask of the detection at a place in the list, or none.</summary>
    public StoredMask MaskOf(int index)
    {
        DetectionBlock block = BlockOf(index);
        return block.MaskOf(index - block.Start);
    }

    // The last block that starts at the place or before it: blocks may be empty.
    private DetectionBlock BlockOf(int index)
    {
        int low = 0;
        int high = Blocks.Length;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = Blocks[middle].Start <= index ? (middle, high) : (low, middle);
        }

        return Blocks[low];
    }
}
