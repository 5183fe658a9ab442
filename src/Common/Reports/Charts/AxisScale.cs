using System.Globalization;

namespace Panoptes.Reports.Charts;

/// <summary>An axis of a chart: its ends, and ticks at round numbers.</summary>
/// <param name="Low">Value at the axis's beginning.</param>
/// <param name="High">Value at its end, above <paramref name="Low"/>.</param>
/// <param name="Step">Distance of two ticks: 1, 2 or 5 times a power of ten.</param>
internal readonly record struct AxisScale(double Low, double High, double Step)
{
    /// <summary>The multiples of <see cref="Step"/> on the axis.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            double step = Step;
            long first = (long)Math.Ceiling((Low / step) - 1e-9);
            long last = (long)Math.Floor((High / step) + 1e-9);
            return Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step);
        }
    }

    /// <summary>An axis whose ends are the data's.</summary>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">The largest; where it is not larger, the axis still gets some length.</param>
    /// <param name="intervals">About how many intervals between ticks.</param>
    public static AxisScale Exact(double low, double high, int intervals)
    {
        if (!(high > low))
        {
            high = low + Math.Max(Math.Abs(low), 1);
        }

        return new AxisScale(low, high, RoundStep((high - low) / intervals));
    }

    /// <summary>An axis that ends at ticks and covers the data.</summary>
    /// <inheritdoc cref="Exact"/>
    public static AxisScale Rounded(double low, double high, int intervals)
    {
        AxisScale exact = Exact(low, high, intervals);
        double step = exact.Step;
        return new AxisScale(Math.Floor((exact.Low / step) + 1e-9) * step, Math.Ceiling((exact.High / step) - 1e-9) * step, step);
    }

    /// <summary>Where a value lies on the axis: 0 at its beginning, 1 at its end.</summary>
    public double Position(double value) => (value - Low) / (High - Low);

    /// <summary>A tick's label, with as many decimals as the step needs.</summary>
    public string Label(double tick)
    {
        if (Math.Abs(tick) < Step / 2)
        {
            return "0";
        }

        if (Step >= 1000)
        {
            return (tick / 1000).ToString("0.#", CultureInfo.InvariantCulture) + "k";
        }

        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(Step) + 1e-9));
        return tick.ToString(decimals > 4 ? "0.#e-0" : $"F{decimals}", CultureInfo.InvariantCulture);
    }

    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch
        {
            <= 1 + 1e-9 => power,
            <= 2 + 1e-9 => 2 * power,
            <= 5 + 1e-9 => 5 * power,
            _ => 10 * power,
        };
    }
}
