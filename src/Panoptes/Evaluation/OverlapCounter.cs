using System.Numerics;
using System.Runtime.Intrinsics;

namespace Panoptes.Evaluation;

/// <summary>Counts the pixels of each pair of labels of two pictures, row by row.</summary>
internal sealed class OverlapCounter
{
    private readonly Dictionary<long, int> _places = [];
    private readonly List<SegmentOverlap> _pairs = [];
    private readonly List<(int Place, int Length)> _lastRow = [];

    /// <summary>Adds a row: labels come in runs, and a run of one pair costs one look into the table.</summary>
    public void Add(ReadOnlySpan<int> truth, ReadOnlySpan<int> prediction)
    {
        _lastRow.Clear();
        for (int start = 0; start < truth.Length;)
        {
            long key = ((long)truth[start] << 32) | (uint)prediction[start];
            int length = RunLength(truth[start..], prediction[start..]);
            if (!_places.TryGetValue(key, out int place))
            {
                place = _pairs.Count;
                _places.Add(key, place);
                _pairs.Add(new SegmentOverlap(truth[start], prediction[start], 0));
            }

            _lastRow.Add((place, length));
            start += length;
        }

        Repeat();
    }

    /// <summary>Adds the last row once more.</summary>
    public void Repeat()
    {
        foreach ((int place, int length) in _lastRow)
        {
            _pairs[place] = _pairs[place] with { Pixels = _pairs[place].Pixels + length };
        }
    }

    /// <summary>All pairs, by ascending true and then predicted label.</summary>
    public List<SegmentOverlap> Pairs()
    {
        List<SegmentOverlap> pairs = [.. _pairs];
        pairs.Sort((a, b) => (a.Truth, a.Prediction).CompareTo((b.Truth, b.Prediction)));
        return pairs;
    }

    /// <summary>How many pixels from the first on have the same pair of labels.</summary>
    private static int RunLength(ReadOnlySpan<int> truth, ReadOnlySpan<int> prediction)
    {
        int x = 0;
        Vector256<int> firstTruth = Vector256.Create(truth[0]);
        Vector256<int> firstPrediction = Vector256.Create(prediction[0]);
        for (; x + Vector256<int>.Count <= truth.Length; x += Vector256<int>.Count)
        {
            Vector256<int> same = Vector256.Equals(Vector256.Create(truth[x..]), firstTruth)
                & Vector256.Equals(Vector256.Create(prediction[x..]), firstPrediction);
            uint others = ~same.ExtractMostSignificantBits() & 0xFF;
            if (others != 0)
            {
                return x + BitOperations.TrailingZeroCount(others);
            }
        }

        while (x < truth.Length && truth[x] == truth[0] && prediction[x] == prediction[0])
        {
            x++;
        }

        return x;
    }
}
