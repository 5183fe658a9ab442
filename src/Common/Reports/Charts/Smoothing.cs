namespace Panoptes.Reports.Charts;

/// <summary>Makes noisy curves readable.</summary>
internal static class Smoothing
{
    /// <summary>The width of the filter, as a part of the curve's points.</summary>
    private const double Width = 0.02;

    /// <summary>
    /// A Gaussian average around each point. Unlike the usual exponential average it does not lag behind the curve; at the ends it is
    /// taken over the points that there are.
    /// </summary>
    public static IReadOnlyList<ChartPoint> Apply(IReadOnlyList<ChartPoint> points)
    {
        double sigma = Math.Max(Width * points.Count, 1);
        int reach = (int)Math.Ceiling(3 * sigma);
        ChartPoint[] smooth = new ChartPoint[points.Count];
        for (int i = 0; i < smooth.Length; i++)
        {
            double sum = 0;
            double weights = 0;
            for (int k = Math.Max(0, i - reach); k <= Math.Min(points.Count - 1, i + reach); k++)
            {
                if (double.IsFinite(points[k].Y))
                {
                    double weight = Math.Exp(-0.5 * Math.Pow((k - i) / sigma, 2));
                    sum += weight * points[k].Y;
                    weights += weight;
                }
            }

            smooth[i] = points[i] with { Y = weights > 0 ? sum / weights : double.NaN };
        }

        return smooth;
    }

    /// <summary>At most this many points: neighbors are averaged, so that a long run's page stays small.</summary>
    public static IReadOnlyList<ChartPoint> Thin(IReadOnlyList<ChartPoint> points, int most)
    {
        if (points.Count <= most)
        {
            return points;
        }

        return
        [
            .. Enumerable.Range(0, most).Select(i =>
            {
                int first = (int)((long)i * points.Count / most);
                int end = (int)((long)(i + 1) * points.Count / most);
                ChartPoint[] group = [.. points.Skip(first).Take(end - first).Where(p => double.IsFinite(p.Y))];
                return group.Length == 0
                    ? points[first] with { Y = double.NaN }
                    : new ChartPoint(group.Average(p => p.X), group.Average(p => p.Y));
            }),
        ];
    }
}
