using System.Xml;
using System.Xml.Linq;

namespace Panoptes.Testing;

/// <summary>A page that was written, read as XML: it fails where the page is not well-formed.</summary>
public static class WrittenPage
{
    /// <summary>Reads a page from its file.</summary>
    public static XElement Load(string path)
    {
        using XmlReader reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    /// <summary>The elements of a class of the style sheet.</summary>
    public static XElement[] OfClass(this XElement page, string name) =>
        [.. page.Descendants().Where(e => ((string?)e.Attribute("class"))?.Split(' ').Contains(name) == true)];

    /// <summary>Where the page points to: its <c>src</c> and <c>href</c> attributes.</summary>
    public static string[] Links(this XElement page) =>
        [.. page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href").Select(a => a.Value)];
}
