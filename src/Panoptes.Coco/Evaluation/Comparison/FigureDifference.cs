namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>A figure of two results for the same images.</summary>
/// <param name="Name">The figure: AP50, or a class.</param>
/// <param name="Value">Of the first results; −1 where it is not defined.</param>
/// <param name="Baseline">Of the results that they are compared with; −1 where it is not defined.</param>
/// <param name="ValueInterval">Where <paramref name="Value"/> would lie with other images of the same kind.</param>
/// <param name="Interval">Where the difference, value less baseline, would lie with other images of the same kind.</param>
public sealed record FigureDifference(string Name, double Value, double Baseline, Interval ValueInterval, Interval Interval)
{
    /// <summary>Value less baseline; 0 where they are not defined.</summary>
    public double Difference => Value < 0 || Baseline < 0 ? 0 : Value - Baseline;

    /// <summary>Whether the difference is more than chance: its interval does not hold 0.</summary>
    public bool IsSignificant => Interval.Low > 0 || Interval.High < 0;
}
