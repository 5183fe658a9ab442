using System.Text;

namespace Panoptes.Coco.Datasets.View;

/// <summary>Links from a page to the others: the neighbors, the ends, and some in between.</summary>
internal static class PageLinks
{
    /// <summary>Pages on either side of the current one that have a link of their own.</summary>
    private const int Reach = 3;

    /// <summary>The links; nothing if there is only one page.</summary>
    /// <param name="current">The page that they stand on, from 0.</param>
    /// <param name="pages">How many pages there are.</param>
    public static string ToHtml(int current, int pages)
    {
        if (pages == 1)
        {
            return "";
        }

        StringBuilder html = new("<nav class=\"pages\" aria-label=\"Pages\">\n");
        html.Append(current > 0 ? $"<a rel=\"prev\" href=\"{ViewPlan.FileOf(current - 1)}\">← Previous</a>\n" : "");
        int last = -1;
        foreach (int page in Enumerable.Range(0, pages).Where(p => p == 0 || p == pages - 1 || Math.Abs(p - current) <= Reach))
        {
            html.Append(page > last + 1 ? "<span>…</span>\n" : "");
            html.Append(page == current
                ? $"<b aria-current=\"page\">{page + 1}</b>\n"
                : $"<a href=\"{ViewPlan.FileOf(page)}\">{page + 1}</a>\n");
            last = page;
        }

        html.Append(current < pages - 1 ? $"<a rel=\"next\" href=\"{ViewPlan.FileOf(current + 1)}\">Next →</a>\n" : "");
        return html.Append("</nav>\n").ToString();
    }
}
