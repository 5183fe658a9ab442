namespace Panoptes.Coco.Evaluation;

/// <summary>
/// What matching found. Detections stand in the order of their <see cref="ObjectColumns"/>, but within each cell by descending score.
/// Bit t of a mask belongs to the t-th IoU threshold.
/// </summary>
internal sealed class MatchTable(int detections, int areas)
{
    /// <summary>For each detection and area range, the thresholds at which it matched, by <see cref="IndexOf"/>.</summary>
    public ulong[] Matched { get; } = new ulong[areas * detections];

    /// <summary>For each detection and area range, the thresholds at which it does not count.</summary>
    public ulong[] Ignored { get; } = new ulong[areas * detections];

    /// <summary>Scores in this order.</summary>
    public double[] Scores { get; } = new double[detections];

    /// <summary>Place of each detection in its cell by descending score, from 0.</summary>
    public int[] Ranks { get; } = new int[detections];

    /// <summary>The detection's index in its <see cref="ObjectColumns"/>.</summary>
    public int[] Detections { get; } = new int[detections];

    /// <summary>
    /// The object that a detection took at the first IoU threshold, of all sizes, by its index in its <see cref="ObjectColumns"/>; −1 for
    /// none.
    /// </summary>
    public int[] Objects { get; } = NoIndices.Create(detections);

    /// <summary>Number of detections.</summary>
    public int Count { get; } = detections;

    /// <summary>The place of a detection and an area range in <see cref="Matched"/> and <see cref="Ignored"/>.</summary>
    public int IndexOf(int detection, int area) => (detection * areas) + area;
}
