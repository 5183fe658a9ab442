namespace Panoptes.Reports.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Color">The style sheet's class of its color: <c>c0</c> to <c>c5</c>, or <c>ink</c>.</param>
/// <param name="Points">Its points by rising X; a Y that is not finite leaves a gap.</param>
internal sealed record ChartSeries(string Name, string Color, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>Draws a smoothed line, and the points themselves as a faint one behind it.</summary>
    public bool Smooth { get; init; }

    /// <summary>Draws a dot at each point, for lines of few points.</summary>
    public bool Dots { get; init; }

    /// <summary>The last value that the line shows; NaN if there is none.</summary>
    public double Last => (Smooth ? Smoothing.Apply(Points) : Points).LastOrDefault(p => double.IsFinite(p.Y), new(0, double.NaN)).Y;
}
