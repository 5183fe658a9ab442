namespace Panoptes.Coco.Evaluation;

/// <summary>Precision, recall and score for every IoU threshold, recall threshold, class, area range and number of detections.</summary>
internal sealed class PrecisionRecall
{
    private readonly ApOptions _options;
    private readonly double[] _recallThresholds;
    private readonly int _thresholds;
    private readonly int _slots; // a slot is a class, an area range and a number of detections: K × A × M in this order

    // By slot first: what is filled in and averaged together lies together. [slot, T, R], [slot, T, R] and [slot, T].
    private readonly double[] _precision;
    private readonly double[] _scores;
    private readonly double[] _recall;
    private readonly Lazy<double[]> _orderedPrecision;
    private readonly Lazy<double[]> _orderedScores;
    private readonly Lazy<double[]> _orderedRecall;

    public PrecisionRecall(ApOptions options, int classes)
    {
        _options = options;
        _recallThresholds = [.. options.RecallThresholds];
        _thresholds = options.IouThresholds.Count;
        _slots = classes * options.AreaRanges.Count * options.MaxDetections.Count;
        _recall = new double[_slots * _thresholds];
        _precision = new double[_recall.Length * _recallThresholds.Length];
        _scores = new double[_precision.Length];
        _orderedPrecision = new Lazy<double[]>(() => SlotsLast(_precision));
        _orderedScores = new Lazy<double[]>(() => SlotsLast(_scores));
        _orderedRecall = new Lazy<double[]>(() => SlotsLast(_recall));
    }

    /// <summary>Shape [T, R, K, A, M].</summary>
    public double[] Precision => _orderedPrecision.Value;

    /// <summary>Shape [T, K, A, M].</summary>
    public double[] Recall => _orderedRecall.Value;

    /// <summary>Shape [T, R, K, A, M].</summary>
    public double[] Scores => _orderedScores.Value;

    /// <summary>The mean of the precisions that are defined, −1 if none is.</summary>
    /// <param name="iouThreshold">The IoU threshold; null for all.</param>
    /// <param name="categories">The classes.</param>
    /// <param name="area">The area range.</param>
    /// <param name="limit">The number of detections.</param>
    public double MeanPrecision(double? iouThreshold, ReadOnlySpan<int> categories, int area, int limit) =>
        Mean(_precision, iouThreshold, categories, area, limit);

    /// <summary>The mean of the recalls that are defined, −1 if none is.</summary>
    public double MeanRecall(ReadOnlySpan<int> categories, int area, int limit) => Mean(_recall, null, categories, area, limit);

    /// <summary>Fills in one class; classes can be filled in at the same time.</summary>
    /// <param name="category">The class.</param>
    /// <param name="detections">The class's range in the table.</param>
    /// <param name="objects">The class's range in <paramref name="groundTruth"/>.</param>
    /// <param name="groundTruth">The objects.</param>
    /// <param name="table">The matches.</param>
    public void Accumulate(int category, Range detections, Range objects, ObjectColumns groundTruth, MatchTable table)
    {
        ScoredIndex[] order = Order(detections, table);
        HitCounter counter = new(table, order, _thresholds, objects.GetOffsetAndLength(groundTruth.Count).Length);
        int[] needed = new int[_recallThresholds.Length];
        for (int area = 0; area < _options.AreaRanges.Count; area++)
        {
            int positives = CountObjects(groundTruth, objects, _options.AreaRanges[area]);
            counter.Begin(area);
            FindHitsNeeded(positives, needed);
            for (int limit = 0; limit < _options.MaxDetections.Count; limit++)
            {
                int slot = SlotOf(category, area, limit);
                if (positives == 0)
                {
                    SetUndefined(slot);
                    continue;
                }

                counter.Count(_options.MaxDetections[limit]);
                for (int t = 0; t < _thresholds; t++)
                {
                    int row = (slot * _thresholds) + t;
                    _recall[row] = (double)counter.Hits(t).Length / positives;
                    Sample(row, needed, counter.Hits(t), counter.MissesBefore(t), order);
                }
            }
        }
    }

    /// <summary>Number of objects of a class that must be found.</summary>
    public static int CountObjects(ObjectColumns groundTruth, Range objects, AreaRange range)
    {
        (int start, int count) = objects.GetOffsetAndLength(groundTruth.Count);
        int positives = 0;
        for (int i = start; i < start + count; i++)
        {
            positives += CellMatcher.IsIgnored(groundTruth, i, range) ? 0 : 1;
        }

        return positives;
    }

    private int SlotOf(int category, int area, int limit) =>
        (((category * _options.AreaRanges.Count) + area) * _options.MaxDetections.Count) + limit;

    private static ScoredIndex[] Order(Range detections, MatchTable table)
    {
        (int start, int count) = detections.GetOffsetAndLength(table.Count);
        ScoredIndex[] order = new ScoredIndex[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = new ScoredIndex(table.Scores[start + i], start + i);
        }

        ScoredIndex[] memory = [];
        MergeSort.Sort(order, count, ref memory);
        return order;
    }

    /// <summary>For each recall threshold the number of hits that reaches it, at least 1.</summary>
    private void FindHitsNeeded(int positives, Span<int> needed)
    {
        int hits = 1;
        for (int r = 0; r < needed.Length; r++)
        {
            while (hits < positives && (double)hits / positives < _recallThresholds[r])
            {
                hits++;
            }

            needed[r] = hits;
        }
    }

    /// <summary>
    /// Samples one curve. Only hits matter: recall grows only at hits, and after the n-th hit with f false alarms before it the
    /// precision is n / (f + n), which false alarms that follow can only lower. The curve is then made monotone: the
    /// precision at a recall is the best at this recall or beyond it.
    /// </summary>
    private void Sample(
        int row,
        ReadOnlySpan<int> needed,
        ReadOnlySpan<int> hits,
        ReadOnlySpan<int> missesBefore,
        ScoredIndex[] order)
    {
        const double epsilon = 2.220446049250313e-16; // numpy.spacing(1): keeps 0 / 0 out of the original, and decides last bits here

        // From the right: the best precision from each hit on.
        Span<double> best = hits.Length <= 1024 ? stackalloc double[hits.Length] : new double[hits.Length];
        double highest = 0;
        for (int i = hits.Length - 1; i >= 0; i--)
        {
            double n = i + 1;
            highest = Math.Max(highest, n / (missesBefore[i] + n + epsilon));
            best[i] = highest;
        }

        Span<double> precision = _precision.AsSpan(row * needed.Length, needed.Length);
        Span<double> score = _scores.AsSpan(row * needed.Length, needed.Length);
        for (int r = 0; r < needed.Length && needed[r] <= hits.Length; r++)
        {
            precision[r] = best[needed[r] - 1];
            score[r] = order[hits[needed[r] - 1]].Score;
        }

        // Recall 0 is reached by the very first detection, be it a hit, a false alarm or ignored.
        for (int r = 0; r < needed.Length && _recallThresholds[r] <= 0 && order.Length > 0; r++)
        {
            score[r] = order[0].Score; // the best of its image, so that it counts however few do
        }
    }

    private void SetUndefined(int slot)
    {
        foreach (double[] values in new[] { _precision, _scores, _recall })
        {
            int length = values.Length / _slots;
            for (int i = slot * length; i < (slot + 1) * length; i++)
            {
                values[i] = -1;
            }
        }
    }

    /// <summary>A mean in numpy's order: thresholds, then recalls, then classes. −1 where none is defined.</summary>
    private double Mean(double[] values, double? iouThreshold, ReadOnlySpan<int> categories, int area, int limit)
    {
        int samples = values.Length / _recall.Length;
        NumpySum sum = new(categories.Length * _thresholds * samples);
        for (int t = 0; t < _thresholds; t++)
        {
            if (iouThreshold is { } wanted && _options.IouThresholds[t] != wanted)
            {
                continue;
            }

            for (int r = 0; r < samples; r++)
            {
                foreach (int category in categories)
                {
                    int start = SlotOf(category, area, limit) * _thresholds * samples;
                    if (values[start] > -1)
                    {
                        sum.Add(values[start + (t * samples) + r]);
                    }
                }
            }
        }

        return sum.MeanOrUndefined;
    }

    private double[] SlotsLast(double[] values)
    {
        int rows = values.Length / Math.Max(_slots, 1);
        double[] ordered = new double[values.Length];
        for (int slot = 0; slot < _slots; slot++)
        {
            for (int row = 0; row < rows; row++)
            {
                ordered[(row * _slots) + slot] = values[(slot * rows) + row];
            }
        }

        return ordered;
    }
}
