using System.Runtime.InteropServices;

namespace Panoptes.Evaluation;

/// <summary>Precision, recall and score for every IoU threshold, recall threshold, class, area range and number of detections.</summary>
internal sealed class PrecisionRecall
{
    private readonly ApOptions _options;
    private readonly int _classes;
    private readonly int _areas;
    private readonly int _limits;
    private readonly double[] _recallThresholds;

    public PrecisionRecall(ApOptions options, int classes)
    {
        _options = options;
        _classes = classes;
        _areas = options.AreaRanges.Count;
        _limits = options.MaxDetections.Count;
        _recallThresholds = [.. options.RecallThresholds];
        int recalls = options.IouThresholds.Count * classes * _areas * _limits;
        Recall = Undefined(recalls);
        Precision = Undefined(recalls * _recallThresholds.Length);
        Scores = Undefined(recalls * _recallThresholds.Length);
    }

    /// <summary>Shape [T, R, K, A, M].</summary>
    public double[] Precision { get; }

    /// <summary>Shape [T, K, A, M].</summary>
    public double[] Recall { get; }

    /// <summary>Shape [T, R, K, A, M].</summary>
    public double[] Scores { get; }

    /// <summary>The mean of the precisions that are defined, −1 if none is; null stands for all thresholds or classes.</summary>
    public double MeanPrecision(double? iouThreshold, int? category, int area, int limit)
    {
        List<double> defined = [];
        for (int t = 0; t < _options.IouThresholds.Count; t++)
        {
            if (iouThreshold is { } wanted && _options.IouThresholds[t] != wanted)
            {
                continue;
            }

            for (int r = 0; r < _recallThresholds.Length; r++)
            {
                AddDefined(defined, Precision, (t * _recallThresholds.Length) + r, category, area, limit);
            }
        }

        return NumpyMath.MeanOrUndefined(CollectionsMarshal.AsSpan(defined));
    }

    /// <summary>The mean of the precisions of some classes, over all thresholds, for the first area range; −1 if none is defined.</summary>
    public double MeanPrecision(IReadOnlyList<int> categories)
    {
        List<double> defined = [];
        for (int row = 0; row < _options.IouThresholds.Count * _recallThresholds.Length; row++)
        {
            foreach (int k in categories)
            {
                AddDefined(defined, Precision, row, k, area: 0, _limits - 1);
            }
        }

        return NumpyMath.MeanOrUndefined(CollectionsMarshal.AsSpan(defined));
    }

    /// <summary>The mean of the recalls that are defined, −1 if none is; null stands for all classes.</summary>
    public double MeanRecall(int? category, int area, int limit)
    {
        List<double> defined = [];
        for (int t = 0; t < _options.IouThresholds.Count; t++)
        {
            AddDefined(defined, Recall, t, category, area, limit);
        }

        return NumpyMath.MeanOrUndefined(CollectionsMarshal.AsSpan(defined));
    }

    /// <summary>Fills in one class; classes can be filled in at the same time.</summary>
    /// <param name="category">The class.</param>
    /// <param name="detections">The class's range in the table.</param>
    /// <param name="objects">The class's range in <paramref name="truth"/>.</param>
    /// <param name="truth">The objects.</param>
    /// <param name="table">The matches.</param>
    public void Accumulate(int category, Range detections, Range objects, ObjectColumns truth, MatchTable table)
    {
        (int start, int count) = detections.GetOffsetAndLength(table.Count);
        ScoredIndex[] order = new ScoredIndex[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = new ScoredIndex(table.Scores[start + i], start + i);
        }

        order.AsSpan().Sort();
        int[] kept = new int[count];
        int[] falseAtHit = new int[count];
        double[] scoreAtHit = new double[count];
        for (int limit = 0; limit < _limits; limit++)
        {
            int keptCount = 0;
            foreach (ScoredIndex detection in order)
            {
                if (table.Ranks[detection.Index] < _options.MaxDetections[limit])
                {
                    kept[keptCount++] = detection.Index;
                }
            }

            for (int area = 0; area < _areas; area++)
            {
                int positives = CountObjects(truth, objects, _options.AreaRanges[area]);
                for (int t = 0; t < _options.IouThresholds.Count && positives > 0; t++)
                {
                    int hits = 0;
                    int misses = 0;
                    foreach (int detection in kept.AsSpan(0, keptCount))
                    {
                        int index = (area * table.Count) + detection;
                        if ((table.Ignored[index] >> t & 1) != 0)
                        {
                            continue;
                        }

                        if ((table.Matched[index] >> t & 1) == 0)
                        {
                            misses++;
                            continue;
                        }

                        falseAtHit[hits] = misses;
                        scoreAtHit[hits++] = table.Scores[detection];
                    }

                    double? topScore = keptCount > 0 ? table.Scores[kept[0]] : null;
                    Sample(new Slot(t, category, area, limit), positives, falseAtHit.AsSpan(0, hits), scoreAtHit, topScore);
                }
            }
        }
    }

    /// <summary>Number of objects of a class that must be found.</summary>
    public static int CountObjects(ObjectColumns truth, Range objects, AreaRange range)
    {
        (int start, int count) = objects.GetOffsetAndLength(truth.Count);
        int positives = 0;
        for (int i = start; i < start + count; i++)
        {
            positives += CellMatcher.IsIgnored(truth, i, range) ? 0 : 1;
        }

        return positives;
    }

    private void AddDefined(List<double> defined, double[] values, int row, int? category, int area, int limit)
    {
        int end = category is { } only ? only + 1 : _classes;
        for (int k = category ?? 0; k < end; k++)
        {
            double value = values[(((((row * _classes) + k) * _areas) + area) * _limits) + limit];
            if (value > -1)
            {
                defined.Add(value);
            }
        }
    }

    private static double[] Undefined(int length)
    {
        double[] values = new double[length];
        Array.Fill(values, -1);
        return values;
    }

    /// <summary>
    /// Samples one curve. Only hits matter: recall grows at hits alone, and after the n-th hit with f false alarms before it the
    /// precision is n / (f + n), which false alarms that follow can only lower. The curve is then made monotone: the
    /// precision at a recall is the best at this recall or beyond it.
    /// </summary>
    private void Sample(Slot slot, int positives, Span<int> falseAtHit, double[] scoreAtHit, double? topScore)
    {
        const double epsilon = 2.220446049250313e-16; // numpy.spacing(1): keeps 0 / 0 out of the original, and decides last bits here
        int hits = falseAtHit.Length;
        int recallIndex = (((((slot.Threshold * _classes) + slot.Category) * _areas) + slot.Area) * _limits) + slot.Limit;
        Recall[recallIndex] = (double)hits / positives;

        // From the right: hit at which the precision from here on is best, kept in place of the number of false alarms.
        Span<double> precision = hits <= 1024 ? stackalloc double[hits] : new double[hits];
        double best = 0;
        for (int i = hits - 1; i >= 0; i--)
        {
            double n = i + 1;
            best = Math.Max(best, n / (falseAtHit[i] + n + epsilon));
            precision[i] = best;
        }

        int stride = _classes * _areas * _limits;
        int index = (slot.Threshold * _recallThresholds.Length * stride)
            + (((slot.Category * _areas) + slot.Area) * _limits) + slot.Limit;
        int hit = 0;
        foreach (double recall in _recallThresholds)
        {
            if (recall <= 0 && topScore is { } top)
            {
                // Recall 0 is reached by the very first detection, be it a hit, a false alarm or ignored.
                Precision[index] = hits > 0 ? precision[0] : 0;
                Scores[index] = top;
            }
            else
            {
                while (hit < hits && (double)(hit + 1) / positives < recall)
                {
                    hit++;
                }

                Precision[index] = hit < hits ? precision[hit] : 0;
                Scores[index] = hit < hits ? scoreAtHit[hit] : 0;
            }

            index += stride;
        }
    }

    private readonly record struct Slot(int Threshold, int Category, int Area, int Limit);
}
