namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>The range in which a figure lies with a certain confidence.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public sealed record Interval(double Low, double High)
{
    /// <summary>Whether a value lies in it, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>
    /// The middle part of samples (percentile bootstrap: Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 13).
    /// </summary>
    /// <param name="samples">The samples; those that are not a number are skipped. Sorted in place.</param>
    /// <param name="confidence">The share of the samples inside, in (0, 1).</param>
    internal static Interval Of(Span<double> samples, double confidence)
    {
        samples.Sort(); // NaN comes first
        int first = 0;
        while (first < samples.Length && double.IsNaN(samples[first]))
        {
            first++;
        }

        ReadOnlySpan<double> defined = samples[first..];
        return defined.IsEmpty
            ? new Interval(double.NaN, double.NaN)
            : new Interval(Quantile(defined, (1 - confidence) / 2), Quantile(defined, (1 + confidence) / 2));
    }

    private static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((place - below) * (above - sorted[below]));
    }
}
