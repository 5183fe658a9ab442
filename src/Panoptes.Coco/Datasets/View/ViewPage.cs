using System.Text;
using Panoptes.Inference;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.View;

/// <summary>Composes a page of images.</summary>
/// <param name="plan">What is shown.</param>
internal sealed class ViewPage(ViewPlan plan)
{
    private readonly ClassIndex _classes = new(plan);

    /// <summary>The page.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="images">Its images, drawn.</param>
    public string ToHtml(int number, IReadOnlyList<DrawnImage> images)
    {
        string name = Path.GetFileName(plan.Options.Annotations);
        string title = plan.Pages == 1 ? name : $"{name}, page {number + 1}";
        HtmlPage page = new("Panoptes · images of a dataset", title, Lead(), $"Panoptes {ModelCard.LibraryVersion}");
        string navigation = PageLinks.ToHtml(number, plan.Pages);
        return page.ToHtml(navigation, number == 0 ? _classes.ToHtml() : "", Gallery(images), navigation);
    }

    private string Lead()
    {
        string all = plan.Images.Count < plan.Index.Images.Count ? $" of {Html.Count(plan.Index.Images.Count)}" : "";
        string classes = plan.Options.Classes.Count > 0
            ? $"; only {string.Join(", ", plan.Options.Classes)}"
            : $" of {Html.Count(_classes.Classes.Count)} {(_classes.Classes.Count == 1 ? "class" : "classes")}";
        string predictions = plan.Found is null
            ? ""
            : $" Predictions with a score of {plan.Options.MinScore:0.##} or more stand next to them, in the color of what they match.";
        string annotations = Html.Count(_classes.Annotations, "annotation");
        return Html.Text($"{Html.Count(plan.Images.Count, "image")}{all} with {annotations}{classes}.{predictions}");
    }

    private string Gallery(IReadOnlyList<DrawnImage> images)
    {
        if (images.Count == 0)
        {
            return "<section><p class=\"notice\">There are no images to show.</p></section>\n";
        }

        StringBuilder html = new($"<section class=\"album{(plan.Found is null ? "" : " pairs")}\" aria-label=\"Images\">\n");
        foreach (DrawnImage image in images)
        {
            ImageCard.Append(html, plan, image);
        }

        return html.Append("</section>\n").ToString();
    }
}
