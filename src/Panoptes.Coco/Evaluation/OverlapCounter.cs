using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Panoptes.Coco.Evaluation;

/// <summary>Counts the pixels of each pair of labels of two images, row by row.</summary>
/// <param name="width">Columns.</param>
internal sealed class OverlapCounter(int width)
{
    private readonly Dictionary<long, int> _places = [];
    private long[] _pairs = new long[64]; // by place: the true label above the predicted one
    private int[] _pixels = new int[64];

    // The last row: its runs of one pair each.
    private readonly int[] _place = new int[width];
    private readonly int[] _length = new int[width];
    private int _runs;

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<int> groundTruth, ReadOnlySpan<int> prediction)
    {
        int runs = 0;
        for (int start = 0; start < groundTruth.Length; runs++)
        {
            // Most rows show the pairs of the row above, in the same order: no need to look them up.
            long pair = ((long)groundTruth[start] << 32) | (uint)prediction[start];
            if (runs >= _runs || _pairs[_place[runs]] != pair)
            {
                _place[runs] = PlaceOf(pair);
            }

            _length[runs] = RunLength(groundTruth[start..], prediction[start..]);
            start += _length[runs];
        }

        _runs = runs;
        Repeat();
    }

    /// <summary>Adds the last row once more.</summary>
    public void Repeat()
    {
        for (int run = 0; run < _runs; run++)
        {
            _pixels[_place[run]] += _length[run];
        }
    }

    /// <summary>All pairs, by ascending true and then predicted label.</summary>
    public List<SegmentOverlap> Pairs()
    {
        Array.Sort(_pairs, _pixels, 0, _places.Count);
        List<SegmentOverlap> overlaps = new(_places.Count);
        for (int i = 0; i < _places.Count; i++)
        {
            overlaps.Add(new SegmentOverlap((int)(_pairs[i] >> 32), (int)_pairs[i], _pixels[i]));
        }

        return overlaps;
    }

    private int PlaceOf(long pair)
    {
        if (_places.TryGetValue(pair, out int place))
        {
            return place;
        }

        place = _places.Count;
        if (place == _pairs.Length)
        {
            Array.Resize(ref _pairs, 2 * place);
            Array.Resize(ref _pixels, 2 * place);
        }

        _pairs[place] = pair;
        _places.Add(pair, place);
        return place;
    }

    /// <summary>How many pixels from the first on have the same pair of labels.</summary>
    private static int RunLength(ReadOnlySpan<int> groundTruth, ReadOnlySpan<int> prediction)
    {
        int x = 0;
        Vector256<int> firstGroundTruth = Vector256.Create(groundTruth[0]);
        Vector256<int> firstPrediction = Vector256.Create(prediction[0]);
        ref int trueLabels = ref MemoryMarshal.GetReference(groundTruth);
        ref int predictedLabels = ref MemoryMarshal.GetReference(prediction);
        for (; x + Vector256<int>.Count <= Math.Min(groundTruth.Length, prediction.Length); x += Vector256<int>.Count)
        {
            Vector256<int> same = Vector256.Equals(Vector256.LoadUnsafe(ref trueLabels, (nuint)x), firstGroundTruth)
                & Vector256.Equals(Vector256.LoadUnsafe(ref predictedLabels, (nuint)x), firstPrediction);
            uint others = ~same.ExtractMostSignificantBits() & 0xFF;
            if (others != 0)
            {
                return x + BitOperations.TrailingZeroCount(others);
            }
        }

        while (x < groundTruth.Length && groundTruth[x] == groundTruth[0] && prediction[x] == prediction[0])
        {
            x++;
        }

        return x;
    }
}
