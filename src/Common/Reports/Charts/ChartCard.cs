using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Reports.Charts;

/// <summary>A chart on a card, with its title, a note and a legend.</summary>
internal static class ChartCard
{
    /// <summary>A card of a line chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="note">What it shows, in a few words, as plain text.</param>
    /// <param name="value">How the legend writes each line's last value; null for no legend.</param>
    public static string ToHtml(LineChart chart, string note, Func<double, string>? value)
    {
        ArgumentNullException.ThrowIfNull(chart);
        StringBuilder legend = new();
        if (value is not null)
        {
            legend.Append("<ul class=\"legend\">");
            foreach (ChartSeries series in chart.Series)
            {
                legend.Append($"<li><i class=\"{series.Color}\"></i>{Html.Text(series.Name)} <b>{value(series.Last)}</b></li>");
            }

            legend.Append("</ul>");
        }

        return Card(chart.Title, note, chart.ToSvg() + legend);
    }

    /// <summary>A card of a bar chart.</summary>
    internal static string ToHtml(BarChart chart, string note) => Card(chart.Title, note, chart.ToSvg());

    /// <summary>A card of any drawing.</summary>
    /// <param name="title">What it shows, as plain text.</param>
    /// <param name="note">A few words more, as plain text.</param>
    /// <param name="content">The drawing, as HTML.</param>
    public static string Card(string title, string note, string content) =>
        $"<figure class=\"card\">\n<figcaption><b>{Html.Text(title)}</b> <span>{Html.Text(note)}</span></figcaption>\n"
        + $"{content}\n</figure>\n";
}
