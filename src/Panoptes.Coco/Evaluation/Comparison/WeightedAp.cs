namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>
/// Average precision of images that count several times or not at all. Matching is done once: images do not know each other.
/// </summary>
internal sealed class WeightedAp
{
    private readonly Matching _matching;
    private readonly int[][] _detections; // by class: places in the match table by descending score
    private readonly int[][][] _objects; // by class and area range: the images of the objects that must be found
    private readonly double[] _recalls;

    public WeightedAp(Matching matching)
    {
        _matching = matching;
        _recalls = [.. matching.Options.RecallThresholds];
        List<ScoredIndex>[] detections = Lists<ScoredIndex>(matching.ClassCount);
        for (int place = 0; place < matching.Table.Count; place++)
        {
            if (matching.Counts(place))
            {
                detections[matching.Detections.Category[place]].Add(new ScoredIndex(matching.Table.Scores[place], place));
            }
        }

        _detections = [.. detections.Select(list => list.Order().Select(d => d.Index).ToArray())];
        _objects = [.. Enumerable.Range(0, matching.ClassCount).Select(k => new int[Areas][])];
        for (int area = 0; area < Areas; area++)
        {
            List<int>[] images = Lists<int>(matching.ClassCount);
            for (int i = 0; i < matching.Objects.Count; i++)
            {
                if (!CellMatcher.IsIgnored(matching.Objects, i, matching.Options.AreaRanges[area]))
                {
                    images[matching.Objects.Category[i]].Add(matching.Objects.Image[i]);
                }
            }

            for (int k = 0; k < images.Length; k++)
            {
                _objects[k][area] = [.. images[k]];
            }
        }
    }

    /// <summary>The number of area ranges.</summary>
    public int Areas => _matching.Options.AreaRanges.Count;

    private int Thresholds => _matching.Options.IouThresholds.Count;

    /// <summary>AP by class, area range and IoU threshold; not a number where a class has no object to be found.</summary>
    /// <param name="weights">How often each image counts.</param>
    /// <param name="ap">[class, area range, threshold], in this order in memory.</param>
    /// <param name="curves">Working memory, one for each threshold.</param>
    public void Measure(ReadOnlySpan<int> weights, Span<double> ap, PrecisionCurve[] curves)
    {
        for (int k = 0; k < _matching.ClassCount; k++)
        {
            for (int area = 0; area < Areas; area++)
            {
                Measure(k, area, weights, ap.Slice(((k * Areas) + area) * Thresholds, Thresholds), curves);
            }
        }
    }

    /// <summary>Working memory for <see cref="Measure(ReadOnlySpan{int}, Span{double}, PrecisionCurve[])"/>.</summary>
    public PrecisionCurve[] CreateCurves() => [.. Enumerable.Range(0, Thresholds).Select(_ => new PrecisionCurve(_recalls))];

    private void Measure(int k, int area, ReadOnlySpan<int> weights, Span<double> ap, PrecisionCurve[] curves)
    {
        long positives = 0;
        foreach (int image in _objects[k][area])
        {
            positives += weights[image];
        }

        if (positives == 0)
        {
            ap.Fill(double.NaN);
            return;
        }

        MatchTable table = _matching.Table;
        int[] images = _matching.Detections.Image;
        Array.ForEach(curves, curve => curve.Begin(_detections[k].Length));

        // Most detections are wrong at every threshold, so that one number counts them for all.
        long misses = 0;
        Span<long> ownMisses = stackalloc long[Thresholds];
        ownMisses.Clear();
        foreach (int place in _detections[k])
        {
            int weight = weights[images[place]];
            if (weight == 0)
            {
                continue;
            }

            ulong matched = table.Matched[table.IndexOf(place, area)];
            ulong ignored = table.Ignored[table.IndexOf(place, area)];
            if ((matched | ignored) == 0)
            {
                misses += weight;
                continue;
            }

            for (int t = 0; t < ap.Length; t++)
            {
                ulong bit = 1UL << t;
                if ((ignored & bit) != 0)
                {
                    continue;
                }

                if ((matched & bit) != 0)
                {
                    curves[t].AddHit(misses + ownMisses[t], weight);
                }
                else
                {
                    ownMisses[t] += weight;
                }
            }
        }

        for (int t = 0; t < ap.Length; t++)
        {
            ap[t] = curves[t].Mean(positives);
        }
    }

    private static List<T>[] Lists<T>(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<T>())];
}
