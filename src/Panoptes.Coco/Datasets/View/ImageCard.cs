using System.Globalization;
using System.Text;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.View;

/// <summary>An image on a page: itself, what it is, and a folded table of its objects.</summary>
internal static class ImageCard
{
    /// <summary>Classes that are counted by name; the others are summed up.</summary>
    private const int MostKinds = 6;

    public static void Append(StringBuilder html, ViewPlan plan, DrawnImage drawn)
    {
        CocoImage image = plan.Index.Images[drawn.Image];
        string name = image.FileName.Length > 0 ? image.FileName : $"image {image.Id}";
        html.Append($"<article class=\"card shot\" id=\"{plan.AnchorOf(drawn.Image)}\">\n");
        if (drawn.Problem is { } problem)
        {
            html.Append($"<p class=\"notice\">This image cannot be shown: {Html.Text(problem)}</p>\n");
        }
        else if (plan.Found is null)
        {
            html.Append(Link(image, drawn, name, found: false));
        }
        else
        {
            html.Append("<div class=\"sides\">\n<figure>").Append(Link(image, drawn, name, found: false));
            html.Append("<figcaption>Ground truth</figcaption></figure>\n<figure>").Append(Link(image, drawn, name, found: true));
            html.Append("<figcaption>Prediction</figcaption></figure>\n</div>\n");
        }

        string size = drawn.Size.Pixels > 0 ? $" · {drawn.Size.Width} × {drawn.Size.Height}" : "";
        string found = plan.Found is null ? "" : $" · {Html.Count(drawn.Found.Count, "prediction")}";
        html.Append($"<h3>{Html.Text(name)}</h3>\n<p class=\"small\">id {image.Id}{size} · ");
        html.Append(Html.Count(drawn.GroundTruth.Count, "annotation"));
        html.Append($"{Kinds(plan, drawn.GroundTruth)}{found}</p>\n");
        html.Append(drawn.Remark is { } remark ? $"<p class=\"notice\">{Html.Text(remark)}</p>\n" : "");
        Table(html, plan, "Annotations", drawn.GroundTruth);
        Table(html, plan, "Predictions", drawn.Found);
        html.Append("</article>\n");
    }

    private static string Link(CocoImage image, DrawnImage drawn, string name, bool found)
    {
        string file = ImageDrawer.FileOf(image, found);
        string alternative = Html.Text($"{name} with its {(found ? "predicted" : "annotated")} objects");
        return $"<a href=\"{file}\"><img src=\"{file}\" width=\"{drawn.Shown.Width}\" height=\"{drawn.Shown.Height}\" "
            + $"alt=\"{alternative}\" loading=\"lazy\" /></a>\n";
    }

    private static string Kinds(ViewPlan plan, IReadOnlyList<DrawnObject> objects)
    {
        (string Name, int Count)[] kinds =
        [
            .. objects.CountBy(o => plan.Index.Categories[o.Object.Class].Name)
                .OrderByDescending(kind => kind.Value)
                .Select(kind => (kind.Key, kind.Value)),
        ];
        if (kinds.Length == 0 || plan.HasOneClass)
        {
            return "";
        }

        string more = kinds.Length > MostKinds ? $" and {kinds.Skip(MostKinds).Sum(kind => kind.Count)} more" : "";
        return $": {Html.Text(string.Join(", ", kinds.Take(MostKinds).Select(kind => $"{kind.Count} {kind.Name}")))}{more}";
    }

    private static void Table(StringBuilder html, ViewPlan plan, string title, IReadOnlyList<DrawnObject> objects)
    {
        if (objects.Count == 0)
        {
            return;
        }

        bool scored = objects[0].Object.Score is not null;
        html.Append($"<details>\n<summary>{title}</summary>\n<div class=\"scroll\"><table>\n<thead><tr><th>Class</th>");
        html.Append(scored ? "<th>Score</th>" : "<th>Id</th><th>Area</th>");
        html.Append("<th>Left, top, width, height</th></tr></thead>\n<tbody>\n");
        foreach ((ViewObject o, Rgb color) in objects)
        {
            string crowd = o.IsCrowd ? " (crowd)" : "";
            html.Append($"<tr><th scope=\"row\"><i class=\"swatch\" style=\"background:{color}\"></i>");
            html.Append($"{Html.Text(plan.Index.Categories[o.Class].Name)}{crowd}</th>");
            html.Append(scored ? $"<td>{Number(o.Score, "0.00")}</td>" : $"<td>{o.Id}</td><td>{Number(o.Area, "#,0.#")}</td>");
            string box = o.Box is { } b ? $"{Number(b.X)}, {Number(b.Y)}, {Number(b.Width)}, {Number(b.Height)}" : "–";
            html.Append($"<td>{box}</td></tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n</details>\n");
    }

    private static string Number(double? value, string format = "0.#") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
