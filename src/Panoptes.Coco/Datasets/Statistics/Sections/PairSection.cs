using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>Which classes occur in the same images.</summary>
internal static class PairSection
{
    public static string ToHtml(DatasetStatistics statistics)
    {
        if (statistics.Pairs.Count == 0)
        {
            return "";
        }

        int most = statistics.Pairs[0].Images;
        StringBuilder html = new("<section>\n<h2>What occurs together</h2>\n<div class=\"scroll\"><table>\n");
        html.Append("<thead><tr><th>Classes</th><th class=\"wide\">Images with both</th>");
        html.Append("<th>Of the first’s images</th><th>Of the second’s</th></tr></thead>\n<tbody>\n");
        foreach (ClassPair pair in statistics.Pairs)
        {
            html.Append($"<tr><th scope=\"row\">{Html.Text(pair.First.Name)} + {Html.Text(pair.Second.Name)}</th>");
            html.Append(Bar.Cell(pair.Images, most));
            html.Append($"<td>{StatisticsPage.Percent(pair.Images, pair.First.Images)}</td>");
            html.Append($"<td>{StatisticsPage.Percent(pair.Images, pair.Second.Images)}</td></tr>\n");
        }

        return html.Append("</tbody>\n</table></div>\n</section>\n").ToString();
    }
}
