using System.Globalization;
using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>What there is of each class, the most frequent first.</summary>
internal static class ClassSection
{
    /// <summary>Rows in view; the others unfold.</summary>
    private const int RowsInView = 15;

    /// <summary>Classes with fewer objects are named: so few teach little.</summary>
    private const int Few = 20;

    private const int MostNames = 12;

    public static string ToHtml(DatasetStatistics statistics)
    {
        ClassStatistics[] sorted = [.. statistics.Classes.OrderByDescending(c => c.Objects)];
        StringBuilder html = new("<section>\n<h2>Class by class</h2>\n");
        string noun = statistics.IsPanoptic ? "segments" : "objects";
        html.Append(Named($"without {noun}", [.. sorted.Where(c => c.Objects == 0)]));
        html.Append(Named($"with fewer than {Few} {noun}", [.. sorted.Where(c => c.Objects is > 0 and < Few)]));
        Table(html, statistics, sorted.AsSpan(0, Math.Min(RowsInView, sorted.Length)));
        if (sorted.Length > RowsInView)
        {
            int rest = sorted.Length - RowsInView;
            html.Append($"<details>\n<summary>{(rest == 1 ? "The rarest class" : $"The {Html.Count(rest)} rarer classes")}</summary>\n");
            Table(html, statistics, sorted.AsSpan(RowsInView));
            html.Append("</details>\n");
        }

        html.Append("<p class=\"small\">Sizes are COCO’s: an area below 32² pixels is small, from 96² on large. Crowds, regions of many ");
        return html.Append("objects that nobody drew one by one, are counted as such alone.</p>\n</section>\n").ToString();
    }

    private static string Named(string what, ClassStatistics[] classes)
    {
        if (classes.Length == 0)
        {
            return "";
        }

        string more = classes.Length > MostNames ? $" and {Html.Count(classes.Length - MostNames)} more" : "";
        string names = Html.Text(string.Join(", ", classes.Take(MostNames).Select(c => c.Name)));
        return $"<p>{Html.Count(classes.Length)} {(classes.Length == 1 ? "class" : "classes")} {what}: {names}{more}.</p>\n";
    }

    private static void Table(StringBuilder html, DatasetStatistics statistics, ReadOnlySpan<ClassStatistics> classes)
    {
        bool pixels = statistics.Pixels is { Total: > 0 };
        int most = statistics.Classes.Select(c => c.Objects).DefaultIfEmpty(0).Max();
        html.Append("<div class=\"scroll\"><table>\n<thead><tr><th>Class</th><th class=\"wide\">");
        html.Append(statistics.IsPanoptic ? "Segments" : "Objects").Append("</th><th>Share</th><th>Images</th>");
        html.Append(statistics.IsPanoptic ? "<th>Kind</th>" : "").Append(pixels ? "<th>Pixels</th>" : "");
        html.Append("<th>Crowds</th><th>Median area</th><th>Small</th><th>Medium</th><th>Large</th></tr></thead>\n<tbody>\n");
        foreach (ClassStatistics c in classes)
        {
            html.Append($"<tr><th scope=\"row\">{Html.Text(c.Name)}</th>{Bar.Cell(c.Objects, most)}");
            html.Append($"<td>{StatisticsPage.Percent(c.Share, 1)}</td><td>{Html.Count(c.Images)}</td>");
            html.Append(c.IsThing switch { true => "<td>thing</td>", false => "<td>stuff</td>", null => "" });
            html.Append(pixels ? $"<td>{StatisticsPage.Percent(c.Area, statistics.Pixels!.Total)}</td>" : "");
            html.Append($"<td>{Html.Count(c.Crowds)}</td><td>{Area(c.MedianArea)}</td>");
            html.Append($"<td>{Html.Count(c.Sizes.Small)}</td><td>{Html.Count(c.Sizes.Medium)}</td>");
            html.Append($"<td>{Html.Count(c.Sizes.Large)}</td></tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    private static string Area(double? area) => area?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";
}
