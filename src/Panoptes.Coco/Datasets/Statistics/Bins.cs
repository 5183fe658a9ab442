namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Where the bins of a histogram begin and end, for each kind of measure.</summary>
internal static class Bins
{
    private const int MostIntegers = 26;

    /// <summary>
    /// For counts: one bin for each number, or for as many as keep the bins few. The highest percent shares a bin without end where it
    /// lies far out, or one crowded image would press all others together.
    /// </summary>
    public static double[] Integers(double[] sorted)
    {
        double low = sorted[^1] - sorted[0] > MostIntegers ? 0 : sorted[0];
        double high = sorted[(int)Math.Ceiling(0.99 * (sorted.Length - 1))];
        high = sorted[^1] > 1.5 * high ? high : sorted[^1];
        double step = Step((high - low + 1) / MostIntegers);
        low = Math.Floor(low / step) * step;
        int bins = (int)Math.Floor((high - low) / step) + 1;
        double[] ends = [.. Enumerable.Range(0, bins + 1).Select(i => low + (i * step))];
        return sorted[^1] < ends[^1] ? ends : [.. ends, double.PositiveInfinity];
    }

    /// <summary>For lengths and counts of 1 and more: each bin reaches √2 times as far as the one before.</summary>
    public static double[] HalfOctaves(double[] sorted) => Powers(2, 0, 16);

    /// <summary>For ratios: four bins from one power of 2 to the next.</summary>
    public static double[] QuarterOctaves(double[] sorted) => Powers(4, -4, 4);

    /// <summary>For shares: steps of five hundredths.</summary>
    public static double[] Twentieths(double[] sorted) => [.. Enumerable.Range(0, 20).Select(i => i / 20.0), double.PositiveInfinity];

    /// <summary>0, the powers of 2 with steps in between, and infinity.</summary>
    private static double[] Powers(int steps, int first, int last)
    {
        List<double> ends = [0];
        for (int power = first; power < last; power++)
        {
            // Scaled, so that powers of 2 come out exactly: a value of 32 lies in the bin that begins there.
            ends.AddRange(Enumerable.Range(0, steps).Select(i => Math.ScaleB(Math.Pow(2, (double)i / steps), power)));
        }

        return [.. ends, Math.ScaleB(1, last), double.PositiveInfinity];
    }

    /// <summary>The next of 1, 2, 5, 10, 20, 50, ...</summary>
    private static double Step(double atLeast)
    {
        double power = 1;
        while (10 * power < atLeast)
        {
            power *= 10;
        }

        return new[] { power, 2 * power, 5 * power, 10 * power }.First(step => step >= atLeast || step == 10 * power);
    }
}
