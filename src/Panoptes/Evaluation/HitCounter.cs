using System.Numerics;

namespace Panoptes.Evaluation;

/// <summary>
/// Goes through the detections of a class by descending score and notes the hits at every IoU threshold: all that a curve of precision over
/// recall needs. Working memory of one class.
/// </summary>
/// <param name="table">The matches.</param>
/// <param name="thresholds">Number of IoU thresholds.</param>
/// <param name="mostHits">How many hits there can be: the class's objects.</param>
internal sealed class HitCounter(MatchTable table, int thresholds, int mostHits)
{
    private readonly ulong _all = ulong.MaxValue >> (ApOptions.MaxIouThresholds - thresholds);
    private readonly int[] _hits = new int[thresholds];
    private readonly int[] _misses = new int[thresholds];
    private readonly int[] _missesBefore = new int[thresholds * mostHits];
    private readonly int[] _detections = new int[thresholds * mostHits];

    /// <summary>The hits at a threshold, as places in the table.</summary>
    public ReadOnlySpan<int> Hits(int threshold) => _detections.AsSpan(threshold * mostHits, _hits[threshold]);

    /// <summary>For each of these hits, the false alarms before it.</summary>
    public ReadOnlySpan<int> MissesBefore(int threshold) => _missesBefore.AsSpan(threshold * mostHits, _hits[threshold]);

    /// <summary>Counts anew.</summary>
    /// <param name="detections">Places in the table by descending score.</param>
    /// <param name="area">The area range.</param>
    public void Count(ReadOnlySpan<int> detections, int area)
    {
        Array.Clear(_hits);
        Array.Clear(_misses);
        int missesOfAll = 0;
        foreach (int detection in detections)
        {
            int index = table.IndexOf(detection, area);
            ulong counts = _all & ~table.Ignored[index];
            ulong hits = table.Matched[index] & counts;
            if (hits == 0 && counts == _all)
            {
                missesOfAll++; // most detections
                continue;
            }

            for (ulong rest = hits; rest != 0; rest &= rest - 1)
            {
                int t = BitOperations.TrailingZeroCount(rest);
                int place = (t * mostHits) + _hits[t]++;
                _missesBefore[place] = _misses[t] + missesOfAll;
                _detections[place] = detection;
            }

            for (ulong rest = counts & ~hits; rest != 0; rest &= rest - 1)
            {
                _misses[BitOperations.TrailingZeroCount(rest)]++;
            }
        }
    }
}
