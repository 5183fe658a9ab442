using System.Text;

namespace Panoptes.Reports.Pages;

/// <summary>A row of figures, each with its name and a note: what a page says at a glance.</summary>
/// <param name="label">What the figures are, for those who hear it read.</param>
internal sealed class Tiles(string label)
{
    private readonly StringBuilder _html = new();

    /// <summary>Adds a figure, as plain text.</summary>
    public Tiles Add(string name, string value, string note)
    {
        string style = _html.Length == 0 ? "tile main" : "tile";
        _html.Append($"<div class=\"{style}\"><p class=\"name\">{Html.Text(name)}</p><p class=\"value\">{Html.Text(value)}</p>");
        _html.Append($"<p class=\"note\">{Html.Text(note)}</p></div>\n");
        return this;
    }

    /// <summary>The row.</summary>
    public string ToHtml() => $"<section class=\"tiles\" aria-label=\"{Html.Text(label)}\">\n{_html}</section>\n";
}
