namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>What each kind of error costs: AP with it fixed, less AP as it is (TIDE, arXiv 2008.08115, section 2.3).</summary>
internal sealed class ErrorCosts
{
    private readonly Matching _matching;
    private readonly FoundErrors _errors;
    private readonly PrecisionCurve _curve;
    private readonly long[] _positives; // by class
    private readonly double[] _ap; // by class, as it is

    private ErrorCosts(Matching matching, FoundErrors errors)
    {
        _matching = matching;
        _errors = errors;
        _curve = new PrecisionCurve([.. matching.Options.RecallThresholds]);
        _positives = Count(matching.MustBeFound);
        _ap = Measure(place => null, _positives);
    }

    /// <summary>Measures all kinds.</summary>
    public static ErrorBreakdown Measure(Matching matching, FoundErrors errors)
    {
        ErrorCosts costs = new(matching, errors);
        long[] unfound = costs.Count(errors.IsUnfound);
        double[] withoutFalse = costs.Measure(place => errors.Kinds[place] is null ? null : Change.Removed, costs._positives);
        double[] foundOnly = costs.Measure(place => null, [.. costs._positives.Zip(unfound, (all, missed) => all - missed)]);
        return new ErrorBreakdown(
            costs.Mean(costs._ap),
            [.. Enum.GetValues<ErrorKind>().Select(costs.Cost)],
            costs.Mean(withoutFalse) - costs.Mean(costs._ap),
            costs.Mean(foundOnly) - costs.Mean(costs._ap));
    }

    private ErrorCost Cost(ErrorKind kind)
    {
        long[] counts = kind == ErrorKind.Missed ? Count(_errors.IsMissed) : CountDetections(kind);
        double[] mended = kind == ErrorKind.Missed
            ? Measure(place => null, [.. _positives.Zip(counts, (all, missed) => all - missed)])
            : Measure(place => _errors.Kinds[place] == kind ? Mend(place) : null, _positives);
        ClassErrorCost[] byClass =
        [
            .. Enumerable.Range(0, mended.Length).Select(k => new ClassErrorCost(
                (int)counts[k], _positives[k] > 0 ? Math.Max(mended[k] - _ap[k], 0) : 0)),
        ];
        return new ErrorCost(kind, (int)counts.Sum(), Math.Max(Mean(mended) - Mean(_ap), 0)) { ByClass = byClass };
    }

    /// <summary>What an oracle makes of a wrong detection: one that stands for an object finds it, any other goes.</summary>
    private Change Mend(int place) => _errors.Objects[place] is >= 0 and var index && _errors.Mends[index] == place
        ? new Change(_matching.Objects.Category[index], IsHit: true)
        : Change.Removed;

    /// <summary>The AP of each class after changes.</summary>
    private double[] Measure(Func<int, Change?> changeOf, long[] positives)
    {
        List<Entry>[] entries = [.. Enumerable.Range(0, _positives.Length).Select(_ => new List<Entry>())];
        for (int place = 0; place < _matching.Table.Count; place++)
        {
            if (!_matching.Counts(place) || _matching.IsIgnored(place))
            {
                continue;
            }

            Change change = changeOf(place) ?? new Change(_matching.Detections.Category[place], _matching.IsHit(place));
            if (change != Change.Removed)
            {
                entries[change.Class].Add(new Entry(_matching.Table.Scores[place], place, change.IsHit));
            }
        }

        double[] ap = new double[entries.Length];
        for (int k = 0; k < ap.Length; k++)
        {
            entries[k].Sort((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Place.CompareTo(b.Place));
            _curve.Begin(entries[k].Count);
            long misses = 0;
            foreach (Entry entry in entries[k])
            {
                if (entry.IsHit)
                {
                    _curve.AddHit(misses);
                }
                else
                {
                    misses++;
                }
            }

            ap[k] = _curve.Mean(positives[k]);
        }

        return ap;
    }

    /// <summary>The mean over the classes that have objects, whatever was fixed: the classes must be the same before and after.</summary>
    private double Mean(double[] byClass) => byClass.Where((_, k) => _positives[k] > 0).DefaultIfEmpty(0).Average();

    private long[] Count(Func<int, bool> isCounted)
    {
        long[] counts = new long[_matching.ClassCount];
        for (int i = 0; i < _matching.Objects.Count; i++)
        {
            counts[_matching.Objects.Category[i]] += isCounted(i) ? 1 : 0;
        }

        return counts;
    }

    private long[] CountDetections(ErrorKind kind)
    {
        long[] counts = new long[_matching.ClassCount];
        for (int place = 0; place < _matching.Table.Count; place++)
        {
            counts[_matching.Detections.Category[place]] += _errors.Kinds[place] == kind ? 1 : 0;
        }

        return counts;
    }

    private readonly record struct Change(int Class, bool IsHit)
    {
        public static Change Removed => new(-1, false);
    }

    private readonly record struct Entry(double Score, int Place, bool IsHit);
}
