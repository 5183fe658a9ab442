namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>
/// Turns AP by class, area range and IoU threshold into the figures that are compared: the overall ones, and one for each class.
/// </summary>
internal sealed class ApFigures
{
    private readonly int _classes;
    private readonly int _areas;
    private readonly int _thresholds;
    private readonly List<(int Area, int? Threshold)> _means = [];
    private readonly List<string> _names = [];

    public ApFigures(ApOptions options, int classes)
    {
        (_classes, _areas, _thresholds) = (classes, options.AreaRanges.Count, options.IouThresholds.Count);
        Add("AP", 0, null);
        for (int t = 0; t < _thresholds; t++)
        {
            if (options.IouThresholds[t] is 0.5 or 0.75)
            {
                Add($"AP{100 * options.IouThresholds[t]:0}", 0, t);
            }
        }

        for (int area = 1; area < _areas; area++)
        {
            Add($"AP{options.SuffixOf(area)}", area, null);
        }
    }

    /// <summary>The overall figures.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The number of APs they are made of.</summary>
    public int Cells => _classes * _areas * _thresholds;

    /// <summary>The overall figures, and after them AP of each class; not a number where there is no object.</summary>
    public double[] Of(double[] ap)
    {
        double[] figures = new double[_means.Count + _classes];
        for (int i = 0; i < _means.Count; i++)
        {
            figures[i] = Mean(ap, 0, _classes, _means[i].Area, _means[i].Threshold);
        }

        for (int k = 0; k < _classes; k++)
        {
            figures[_means.Count + k] = Mean(ap, k, k + 1, 0, null);
        }

        return figures;
    }

    private void Add(string name, int area, int? threshold)
    {
        _names.Add(name);
        _means.Add((area, threshold));
    }

    private double Mean(double[] ap, int firstClass, int endClass, int area, int? threshold)
    {
        double sum = 0;
        int count = 0;
        for (int k = firstClass; k < endClass; k++)
        {
            for (int t = threshold ?? 0; t < (threshold + 1 ?? _thresholds); t++)
            {
                double value = ap[(((k * _areas) + area) * _thresholds) + t];
                if (!double.IsNaN(value))
                {
                    sum += value;
                    count++;
                }
            }
        }

        return count > 0 ? sum / count : double.NaN;
    }
}
