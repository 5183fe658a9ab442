using System.Numerics;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Goes through the detections of a class by descending score and notes the hits at every IoU threshold: all that a curve of precision over
/// recall needs. Working memory of one class. What the table holds about the class is copied in this order, since it is gone through for
/// each area range and number of detections.
/// </summary>
/// <param name="table">The matches.</param>
/// <param name="order">The class's detections, as places in the table, by descending score.</param>
/// <param name="thresholds">Number of IoU thresholds.</param>
/// <param name="mostHits">How many hits there can be: the class's objects.</param>
internal sealed class HitCounter(MatchTable table, ScoredIndex[] order, int thresholds, int mostHits)
{
    private readonly ulong _all = ulong.MaxValue >> (ApOptions.MaxIouThresholds - thresholds);
    private readonly int[] _ranks = Ranks(table, order);
    private readonly ulong[] _counting = new ulong[order.Length]; // the thresholds at which a detection counts, of one area range
    private readonly ulong[] _matched = new ulong[order.Length];
    private readonly int[] _hits = new int[thresholds];
    private readonly int[] _misses = new int[thresholds];
    private readonly int[] _missesBefore = new int[thresholds * mostHits];
    private readonly int[] _places = new int[thresholds * mostHits];

    /// <summary>The hits at a threshold, as places in the order.</summary>
    public ReadOnlySpan<int> Hits(int threshold) => _places.AsSpan(threshold * mostHits, _hits[threshold]);

    /// <summary>For each of these hits, the false alarms before it.</summary>
    public ReadOnlySpan<int> MissesBefore(int threshold) => _missesBefore.AsSpan(threshold * mostHits, _hits[threshold]);

    /// <summary>Turns to an area range.</summary>
    public void Begin(int area)
    {
        for (int i = 0; i < order.Length; i++)
        {
            int index = table.IndexOf(order[i].Index, area);
            _counting[i] = _all & ~table.Ignored[index];
            _matched[i] = table.Matched[index] & _counting[i];
        }
    }

    /// <summary>Counts again.</summary>
    /// <param name="limit">How many detections of an image count.</param>
    public void Count(int limit)
    {
        Array.Clear(_hits);
        Array.Clear(_misses);
        int missesOfAll = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (_ranks[i] >= limit)
            {
                continue;
            }

            ulong hits = _matched[i];
            ulong counts = _counting[i];
            if (hits == 0 && counts == _all)
            {
                missesOfAll++; // most detections
                continue;
            }

            for (ulong rest = hits; rest != 0; rest &= rest - 1)
            {
                int t = BitOperations.TrailingZeroCount(rest);
                int hit = (t * mostHits) + _hits[t]++;
                _missesBefore[hit] = _misses[t] + missesOfAll;
                _places[hit] = i;
            }

            for (ulong rest = counts & ~hits; rest != 0; rest &= rest - 1)
            {
                _misses[BitOperations.TrailingZeroCount(rest)]++;
            }
        }
    }

    private static int[] Ranks(MatchTable table, ScoredIndex[] order)
    {
        int[] ranks = new int[order.Length];
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = table.Ranks[order[i].Index];
        }

        return ranks;
    }
}
