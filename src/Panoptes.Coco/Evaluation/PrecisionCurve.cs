namespace Panoptes.Coco.Evaluation;

/// <summary>COCO's average precision of a single list of detections, which may count more than once.</summary>
/// <param name="recallThresholds">The recalls at which precision is sampled, ascending.</param>
internal sealed class PrecisionCurve(double[] recallThresholds)
{
    private const double Epsilon = 2.220446049250313e-16; // as in PrecisionRecall

    private long[] _found = [];
    private double[] _precision = [];
    private int _groups;
    private long _hits;

    /// <summary>Begins a new list with at most this many hits.</summary>
    public void Begin(int capacity)
    {
        if (_found.Length < capacity)
        {
            _found = new long[capacity];
            _precision = new double[capacity];
        }

        (_groups, _hits) = (0, 0);
    }

    /// <summary>Adds a detection that found an object; they come by descending score.</summary>
    /// <param name="misses">How many false alarms have a higher score.</param>
    /// <param name="weight">How often the detection counts, 1 or more.</param>
    public void AddHit(long misses, int weight = 1)
    {
        _hits += weight;
        _found[_groups] = _hits;
        _precision[_groups++] = _hits / (misses + _hits + Epsilon);
    }

    /// <summary>The mean of the precisions at the recalls, each the best at this recall or beyond it.</summary>
    /// <param name="positives">Objects to find; 0 gives 0.</param>
    public double Mean(long positives)
    {
        if (positives <= 0)
        {
            return 0;
        }

        for (int i = _groups - 2; i >= 0; i--)
        {
            _precision[i] = Math.Max(_precision[i], _precision[i + 1]);
        }

        double sum = 0;
        int group = 0;
        foreach (double recall in recallThresholds)
        {
            while (group < _groups && (double)_found[group] / positives < recall)
            {
                group++;
            }

            if (group == _groups)
            {
                break;
            }

            sum += _precision[group];
        }

        return sum / recallThresholds.Length;
    }

    /// <summary>The share of the objects that were found.</summary>
    /// <param name="positives">Objects to find; 0 gives 0.</param>
    public double Recall(long positives) => positives <= 0 ? 0 : (double)_hits / positives;
}
