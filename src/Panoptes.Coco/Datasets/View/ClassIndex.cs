using System.Text;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.View;

/// <summary>Where each class is to be seen: links to the first images that show it. It stands on the first page, folded.</summary>
internal sealed class ClassIndex
{
    private const int MostLinks = 8;

    private readonly ViewPlan _plan;
    private readonly List<int>[] _places; // on the pages, by class
    private readonly int[] _annotations; // by class

    /// <param name="plan">What is shown.</param>
    public ClassIndex(ViewPlan plan)
    {
        _plan = plan;
        _places = [.. plan.Index.Categories.Select(_ => new List<int>())];
        _annotations = new int[_places.Length];
        for (int place = 0; place < plan.Images.Count; place++)
        {
            foreach ((int kind, int count) in plan.GroundTruthOf(plan.Images[place]).CountBy(o => o.Class))
            {
                _places[kind].Add(place);
                _annotations[kind] += count;
            }
        }

        Classes = [.. Enumerable.Range(0, _places.Length).Where(c => _annotations[c] > 0).OrderByDescending(c => _annotations[c])];
    }

    /// <summary>The classes that are annotated in the images, the most frequent first, by their places.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>Annotations in the images.</summary>
    public int Annotations => _annotations.Sum();

    /// <summary>The links; nothing if there is only one class.</summary>
    public string ToHtml()
    {
        if (Classes.Count < 2)
        {
            return "";
        }

        StringBuilder html = new("<section>\n<details>\n<summary>Find a class: ");
        html.Append($"{Html.Count(Classes.Count)} in these images</summary>\n<div class=\"scroll\"><table>\n<thead><tr><th>Class</th>");
        html.Append("<th>Annotations</th><th>Images</th><th class=\"wide\">First seen in</th></tr></thead>\n<tbody>\n");
        foreach (int c in Classes)
        {
            html.Append($"<tr><th scope=\"row\">{Html.Text(_plan.Index.Categories[c].Name)}</th><td>{Html.Count(_annotations[c])}</td>");
            html.Append($"<td>{Html.Count(_places[c].Count)}</td><td class=\"wide\">");
            html.AppendJoin(", ", _places[c].Take(MostLinks).Select(Link));
            html.Append("</td></tr>\n");
        }

        return html.Append("</tbody>\n</table></div>\n</details>\n</section>\n").ToString();
    }

    private string Link(int place)
    {
        int image = _plan.Images[place];
        string file = ViewPlan.FileOf(place / _plan.Options.PageSize);
        return $"<a href=\"{file}#{_plan.AnchorOf(image)}\">{_plan.Index.Images[image].Id}</a>";
    }
}
