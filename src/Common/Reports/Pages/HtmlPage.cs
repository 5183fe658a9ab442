using System.Text;

namespace Panoptes.Reports.Pages;

/// <summary>
/// The frame of every page that is written: HTML and well-formed XML at once, needs no other file, tells all without scripts, follows light
/// and dark mode.
/// </summary>
/// <param name="Brand">What kind of page it is, in small letters above the title.</param>
/// <param name="Title">The title, as plain text.</param>
/// <param name="Lead">What stands below the title, as HTML.</param>
/// <param name="Footer">What stands at the end, as plain text.</param>
internal sealed record HtmlPage(string Brand, string Title, string Lead, string Footer)
{
    private static readonly Lazy<string> s_style = new(ReadStyle);

    /// <summary>What the header holds below the lead, as HTML.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Rules of this kind of page, after those that all pages have.</summary>
    public string Style { get; init; } = "";

    /// <summary>The page with its sections.</summary>
    /// <param name="sections">The sections, as HTML.</param>
    public string ToHtml(params ReadOnlySpan<string> sections)
    {
        string title = Html.Text(Title);
        StringBuilder page = new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
            .Append("<meta name=\"color-scheme\" content=\"light dark\" />\n<link rel=\"icon\" href=\"data:,\" />\n")
            .Append($"<title>{title}</title>\n<style>\n{s_style.Value}{Style}</style>\n</head>\n<body>\n<div class=\"band\"></div>\n<main>\n")
            .Append($"<header>\n<p class=\"brand\">{Html.Text(Brand)}</p>\n<h1>{title}</h1>\n<p class=\"lead\">{Lead}</p>\n")
            .Append($"{Notice}</header>\n");
        foreach (string section in sections)
        {
            page.Append(section);
        }

        return page.Append($"<footer>{Html.Text(Footer)}</footer>\n</main>\n</body>\n</html>\n").ToString();
    }

    private static string ReadStyle()
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("page.css")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
