using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Reports.Charts;

/// <summary>A line chart as inline SVG. Colors come from the page's style sheet, so that it follows light and dark mode.</summary>
internal sealed class LineChart
{
    private const int Margin = 8;
    private const int MostPoints = 300;

    private readonly ChartSeries[] _series;
    private readonly AxisScale _x;
    private readonly AxisScale _y;
    private readonly string _xName;

    /// <summary>Lays the chart out.</summary>
    /// <param name="title">What it shows, for those who hear it read.</param>
    /// <param name="series">The lines; the first lie on top.</param>
    /// <param name="xName">What the horizontal axis is.</param>
    /// <param name="highest">The value axis reaches this at least; null: what the data need.</param>
    /// <param name="farthest">The horizontal axis reaches this at least; null: what the data need.</param>
    public LineChart(string title, IReadOnlyList<ChartSeries> series, string xName, double? highest = null, double? farthest = null)
    {
        Title = title;
        _xName = xName;
        _series = [.. series.Select(s => s with { Points = Smoothing.Thin(s.Points, MostPoints) })];
        ChartPoint[] all = [.. _series.SelectMany(s => s.Points).Where(p => double.IsFinite(p.Y))];
        _x = AxisScale.Exact(0, Math.Max(all.Select(p => p.X).DefaultIfEmpty(1).Max(), farthest ?? 0), 5);
        _y = AxisScale.Rounded(0, Math.Max(Ceiling(), highest ?? 0), 5);
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>The lines, in the order of the legend.</summary>
    public IReadOnlyList<ChartSeries> Series => _series;

    /// <summary>The drawing.</summary>
    public string ToSvg()
    {
        StringBuilder svg = ChartFrame.Begin(Title, _y, _xName);
        foreach (double tick in _x.Ticks)
        {
            ChartFrame.Tick(svg, ChartFrame.X(_x, tick), _x.Label(tick));
        }

        // A nested svg clips: an early spike must not press the rest of a curve flat, and must not leave the plot either.
        string place = $"{ChartFrame.Left} {ChartFrame.Top - 4} {ChartFrame.PlotWidth + Margin} {ChartFrame.PlotHeight + 8}";
        svg.Append($"<svg x=\"{ChartFrame.Left}\" y=\"{ChartFrame.Top - 4}\" width=\"{ChartFrame.PlotWidth + Margin}\"");
        svg.Append($" height=\"{ChartFrame.PlotHeight + 8}\" viewBox=\"{place}\">");
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
            svg.Append($"<circle class=\"dot {line.Color}\" cx=\"{X(point)}\" cy=\"{Y(point)}\" r=\"4\">");
            svg.Append($"<title>{Html.Text(line.Name)} {Html.Figure(point.Y)} at {Html.Short(point.X)}</title></circle>");
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
        StringBuilder path = new();
        bool gap = true;
        foreach (ChartPoint point in points)
        {
            if (double.IsFinite(point.Y))
            {
                path.Append(gap ? 'M' : 'L').Append(X(point)).Append(' ').Append(Y(point));
            }

            gap = !double.IsFinite(point.Y);
        }

        return path.ToString();
    }

    private string X(ChartPoint point) => ChartFrame.Number(ChartFrame.X(_x, point.X));

    private string Y(ChartPoint point) => ChartFrame.Number(ChartFrame.Y(_y, point.Y));
}
