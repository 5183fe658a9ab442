using System.Globalization;
using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Reports.Charts;

/// <summary>Where a chart's plot lies in its drawing, with the axes around it. Colors come from the page's style sheet.</summary>
internal static class ChartFrame
{
    public const int Width = 560;
    public const int Height = 288;
    public const int Left = 58;
    public const int Right = 26;
    public const int Top = 12;
    public const int Bottom = 44;
    public const int PlotWidth = Width - Left - Right;
    public const int PlotHeight = Height - Top - Bottom;

    /// <summary>Begins the drawing with the value axis's grid and the line below the plot.</summary>
    public static StringBuilder Begin(string title, AxisScale y, string xName)
    {
        StringBuilder svg = new();
        svg.Append($"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(title)}\">");
        foreach (double tick in y.Ticks)
        {
            string place = Number(Y(y, tick));
            svg.Append($"<path class=\"grid\" d=\"M{Left} {place}H{Width - Right}\"/>");
            svg.Append($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{place}\" dy=\".35em\" text-anchor=\"end\">{y.Label(tick)}</text>");
        }

        svg.Append($"<path class=\"axis\" d=\"M{Left} {Top + PlotHeight}H{Width - Right}\"/>");
        svg.Append($"<text class=\"tick\" x=\"{Width - Right}\" y=\"{Height - 3}\" text-anchor=\"end\">{Html.Text(xName)}</text>");
        return svg;
    }

    /// <summary>Adds a tick of the horizontal axis with its label.</summary>
    public static void Tick(StringBuilder svg, double x, string label)
    {
        string place = Number(x);
        svg.Append($"<path class=\"axis\" d=\"M{place} {Top + PlotHeight}v5\"/>");
        svg.Append($"<text class=\"tick\" x=\"{place}\" y=\"{Top + PlotHeight + 19}\" text-anchor=\"middle\">{Html.Text(label)}</text>");
    }

    public static double X(AxisScale x, double value) => Left + (x.Position(value) * PlotWidth);

    public static double Y(AxisScale y, double value) => Top + ((1 - y.Position(value)) * PlotHeight);

    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
