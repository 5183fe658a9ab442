namespace Panoptes.Evaluation;

/// <summary>How many pixels a true and a predicted segment share.</summary>
/// <param name="Truth">The true segment's label; 0 is unlabelled.</param>
/// <param name="Prediction">The predicted segment's label; 0 is none.</param>
/// <param name="Pixels">Pixels that have both labels.</param>
internal readonly record struct SegmentOverlap(int Truth, int Prediction, int Pixels)
{
    /// <summary>Counts all pairs of labels of two maps of one size, by ascending true and then predicted label.</summary>
    public static List<SegmentOverlap> Count(ReadOnlySpan<int> truth, ReadOnlySpan<int> prediction)
    {
        // Labels come in runs: a run of equal pairs costs one look into the table, and the same pair again none.
        Dictionary<long, int> place = [];
        List<SegmentOverlap> pairs = [];
        long last = -1;
        int current = -1;
        int start = 0;
        while (start < truth.Length)
        {
            int t = truth[start];
            int p = prediction[start];
            int end = start + 1;
            while (end < truth.Length && truth[end] == t && prediction[end] == p)
            {
                end++;
            }

            long key = ((long)t << 32) | (uint)p;
            if (key != last)
            {
                last = key;
                if (!place.TryGetValue(key, out current))
                {
                    current = pairs.Count;
                    place.Add(key, current);
                    pairs.Add(new SegmentOverlap(t, p, 0));
                }
            }

            pairs[current] = pairs[current] with { Pixels = pairs[current].Pixels + (end - start) };
            start = end;
        }

        pairs.Sort((a, b) => (a.Truth, a.Prediction).CompareTo((b.Truth, b.Prediction)));
        return pairs;
    }
}
