using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Reports.Charts;

/// <summary>A bar chart as inline SVG: histograms, and figures of a few kinds. Colors come from the page's style sheet.</summary>
/// <param name="title">What it shows, for those who hear it read.</param>
/// <param name="bars">The bars from left to right.</param>
/// <param name="xName">What the bars differ in.</param>
internal sealed class BarChart(string title, IReadOnlyList<ChartBar> bars, string xName)
{
    private const double Gap = 0.12; // of a bar's share of the width

    /// <summary>What it shows.</summary>
    public string Title => title;

    /// <summary>The style sheet's class of the bars' color.</summary>
    public string Color { get; init; } = "c0";

    /// <summary>Whether labels stand where bars begin: each bar is a range, and its label the range's beginning.</summary>
    public bool LabelsAtEdges { get; init; }

    /// <summary>The drawing.</summary>
    public string ToSvg()
    {
        AxisScale y = AxisScale.Rounded(0, bars.Select(b => b.Value).DefaultIfEmpty(0).Max(), 5);
        StringBuilder svg = ChartFrame.Begin(title, y, xName);
        double share = (double)ChartFrame.PlotWidth / Math.Max(bars.Count, 1);
        for (int i = 0; i < bars.Count; i++)
        {
            ChartBar bar = bars[i];
            double left = ChartFrame.Left + ((i + (Gap / 2)) * share);
            double top = ChartFrame.Y(y, bar.Value);
            svg.Append($"<rect class=\"bar-fill {Color}\" x=\"{ChartFrame.Number(left)}\" y=\"{ChartFrame.Number(top)}\"");
            double height = ChartFrame.Top + ChartFrame.PlotHeight - top;
            svg.Append($" width=\"{ChartFrame.Number((1 - Gap) * share)}\" height=\"{ChartFrame.Number(height)}\">");
            svg.Append($"<title>{Html.Text(bar.Note)}</title></rect>");
            if (bar.Label.Length > 0)
            {
                ChartFrame.Tick(svg, ChartFrame.Left + ((LabelsAtEdges ? i : i + 0.5) * share), bar.Label);
            }
        }

        return svg.Append("</svg>").ToString();
    }
}
