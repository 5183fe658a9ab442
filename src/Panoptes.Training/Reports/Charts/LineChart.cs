using System.Globalization;
using System.Text;

namespace Panoptes.Training.Reports.Charts;

/// <summary>A line chart as inline SVG. Colours come from the page's style sheet, so that it follows light and dark mode.</summary>
internal sealed class LineChart
{
    private const int Width = 560;
    private const int Height = 288;
    private const int Left = 58;
    private const int Right = 26;
    private const int Top = 12;
    private const int Bottom = 44;
    private const int PlotWidth = Width - Left - Right;
    private const int PlotHeight = Height - Top - Bottom;
    private const int Margin = 8;
    private const int MostPoints = 300;

    private readonly ChartSeries[] _series;
    private readonly AxisScale _x;
    private readonly AxisScale _y;

    /// <summary>Lays the chart out.</summary>
    /// <param name="title">What it shows, for those who hear it read.</param>
    /// <param name="series">The lines; the first lie on top.</param>
    /// <param name="highest">The value axis reaches this at least; null: what the data need.</param>
    public LineChart(string title, IReadOnlyList<ChartSeries> series, double? highest = null)
    {
        Title = title;
        _series = [.. series.Select(s => s with { Points = Smoothing.Thin(s.Points, MostPoints) })];
        ChartPoint[] all = [.. _series.SelectMany(s => s.Points).Where(p => double.IsFinite(p.Y))];
        _x = AxisScale.Exact(0, all.Select(p => p.X).DefaultIfEmpty(1).Max(), 5);
        _y = AxisScale.Rounded(0, Math.Max(Ceiling(), highest ?? 0), 5);
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>The lines, in the order of the legend.</summary>
    public IReadOnlyList<ChartSeries> Series => _series;

    /// <summary>The drawing.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.Append($"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(Title)}\">");
        foreach (double tick in _y.Ticks)
        {
            string y = Number(Y(tick));
            svg.Append($"<path class=\"grid\" d=\"M{Left} {y}H{Width - Right}\"/>");
            svg.Append($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{y}\" dy=\".35em\" text-anchor=\"end\">{_y.Label(tick)}</text>");
        }

        foreach (double tick in _x.Ticks)
        {
            string x = Number(Left + (_x.Position(tick) * PlotWidth));
            svg.Append($"<path class=\"axis\" d=\"M{x} {Top + PlotHeight}v5\"/>");
            svg.Append($"<text class=\"tick\" x=\"{x}\" y=\"{Top + PlotHeight + 19}\" text-anchor=\"middle\">{_x.Label(tick)}</text>");
        }

        svg.Append($"<path class=\"axis\" d=\"M{Left} {Top + PlotHeight}H{Width - Right}\"/>");
        svg.Append($"<text class=\"tick\" x=\"{Width - Right}\" y=\"{Height - 3}\" text-anchor=\"end\">iteration</text>");

        // A nested svg clips: an early spike must not press the rest of a curve flat, and must not leave the plot either.
        svg.Append($"<svg x=\"{Left}\" y=\"{Top - 4}\" width=\"{PlotWidth + Margin}\" height=\"{PlotHeight + 8}\"");
        svg.Append($" viewBox=\"{Left} {Top - 4} {PlotWidth + Margin} {PlotHeight + 8}\">");
        foreach (ChartSeries line in _series.Reverse())
        {
            Draw(svg, line);
        }

        return svg.Append("</svg></svg>").ToString();
    }

    private void Draw(StringBuilder svg, ChartSeries line)
    {
        if (line.Smooth)
        {
            svg.Append($"<path class=\"raw {line.Color}\" d=\"{Path(line.Points)}\"/>");
        }

        IReadOnlyList<ChartPoint> points = line.Smooth ? Smoothing.Apply(line.Points) : line.Points;
        svg.Append($"<path class=\"line {line.Color}\" d=\"{Path(points)}\"/>");
        foreach (ChartPoint point in line.Dots ? points.Where(p => double.IsFinite(p.Y)) : [])
        {
            svg.Append($"<circle class=\"dot {line.Color}\" cx=\"{Number(X(point))}\" cy=\"{Number(Y(point.Y))}\" r=\"4\">");
            svg.Append($"<title>{Html.Text(line.Name)} {Html.Figure(point.Y)} at {Html.Count((long)point.X)}</title></circle>");
        }
    }

    /// <summary>The largest value to show: all of what is smooth, and all but the highest two percent of what is not.</summary>
    private double Ceiling()
    {
        double highest = 0;
        foreach (ChartSeries line in _series)
        {
            double[] shown = [.. (line.Smooth ? Smoothing.Apply(line.Points) : line.Points).Select(p => p.Y).Where(double.IsFinite)];
            double[] raw = [.. line.Points.Select(p => p.Y).Where(double.IsFinite).Order()];
            if (raw.Length > 0)
            {
                highest = Math.Max(highest, Math.Max(shown.Max(), raw[(int)(0.98 * (raw.Length - 1))]));
            }
        }

        return highest;
    }

    private string Path(IReadOnlyList<ChartPoint> points)
    {
        var path = new StringBuilder();
        bool gap = true;
        foreach (ChartPoint point in points)
        {
            if (double.IsFinite(point.Y))
            {
                path.Append(gap ? 'M' : 'L').Append(Number(X(point))).Append(' ').Append(Number(Y(point.Y)));
            }

            gap = !double.IsFinite(point.Y);
        }

        return path.ToString();
    }

    private double X(ChartPoint point) => Left + (_x.Position(point.X) * PlotWidth);

    private double Y(double value) => Top + ((1 - _y.Position(value)) * PlotHeight);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
