using Panoptes.Masks;

namespace Panoptes;

/// <summary>Tells which found object is which annotated one, for images; AP has its own rules.</summary>
internal static class ObjectMatcher
{
    /// <summary>The least IoU of masks that show the same object.</summary>
    public const double MinIou = 0.5;

    /// <summary>Pairs objects by falling mask IoU; each is in one pair at most. Classes do not count.</summary>
    /// <param name="found">The masks that were found.</param>
    /// <param name="groundTruth">The annotated masks.</param>
    /// <returns>For each found mask the index of its annotated one, or -1.</returns>
    public static int[] Match(IReadOnlyList<Rle> found, IReadOnlyList<Rle> groundTruth)
    {
        ArgumentNullException.ThrowIfNull(groundTruth);
        double[] iou = MaskIoU.Matrix(found, groundTruth);
        int[] matches = [.. found.Select(_ => -1)];
        bool[] taken = new bool[groundTruth.Count];
        foreach (int pair in Enumerable.Range(0, iou.Length).Where(i => iou[i] >= MinIou).OrderByDescending(i => iou[i]))
        {
            (int f, int t) = Math.DivRem(pair, groundTruth.Count);
            if (matches[f] < 0 && !taken[t])
            {
                (matches[f], taken[t]) = (t, true);
            }
        }

        return matches;
    }
}
