using System.Globalization;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>A count in a table, with a bar next to it.</summary>
internal static class Bar
{
    /// <param name="count">The count.</param>
    /// <param name="most">The count whose bar has the whole length.</param>
    public static string Cell(int count, int most)
    {
        string width = (100.0 * count / Math.Max(most, 1)).ToString("0.#", CultureInfo.InvariantCulture);
        return $"<td class=\"wide\"><span class=\"bar\"><i style=\"width:{width}%\"></i></span><b>{Html.Count(count)}</b></td>";
    }
}
