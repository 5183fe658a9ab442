using System.Globalization;
using System.Xml.Linq;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>An object of a VOC annotation.</summary>
/// <param name="Name">Its class.</param>
/// <param name="Box">Its box, in pixels from 0. VOC counts pixels from 1 and includes the last.</param>
/// <param name="IsCrowd">Whether it has the element that <see cref="VocWriter"/> gives to crowd regions.</param>
internal sealed record VocObject(string Name, BoxXywh Box, bool IsCrowd)
{
    private const string Crowd = "iscrowd";

    private static readonly string[] s_attributes = ["difficult", "truncated", "occluded"];

    /// <summary>Reads an object.</summary>
    /// <exception cref="InputException">An element is missing or malformed.</exception>
    public static VocObject Read(XElement element, string place, LossLog losses)
    {
        string name = element.Element("name")?.Value.Trim() ?? throw new InputException($"{place}: is missing the element name.");
        XElement box = element.Element("bndbox") ?? throw new InputException($"{place}: is missing the element bndbox.");
        bool crowd = element.Element(Crowd)?.Value.Trim() == "1";
        foreach (string attribute in s_attributes.Where(a => element.Element(a)?.Value.Trim() == "1" && !(crowd && a == "difficult")))
        {
            losses.Add(LossKind.Attributes, attribute);
        }

        losses.Add(LossKind.Attributes, "pose", element.Element("pose")?.Value.Trim() is null or "" or "Unspecified" ? 0 : 1);
        losses.Add(LossKind.Attributes, "part", element.Elements("part").Count());
        (double left, double top) = (Number("xmin"), Number("ymin"));
        return new VocObject(name, new BoxXywh(left - 1, top - 1, Number("xmax") - left + 1, Number("ymax") - top + 1), crowd);

        double Number(string key) =>
            double.TryParse(box.Element(key)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw new InputException($"{place}: bndbox.{key} is '{box.Element(key)?.Value}'; it must be a number.");
    }

    /// <summary>The object as XML. A crowd region is difficult too, for VOC's own tools pass over those.</summary>
    public XElement ToXml() => new(
        "object",
        new XElement("name", Name),
        new XElement("pose", "Unspecified"),
        new XElement("truncated", 0),
        new XElement("difficult", IsCrowd ? 1 : 0),
        IsCrowd ? new XElement(Crowd, 1) : null,
        new XElement(
            "bndbox",
            new XElement("xmin", (int)Math.Floor(Box.X) + 1),
            new XElement("ymin", (int)Math.Floor(Box.Y) + 1),
            new XElement("xmax", (int)Math.Ceiling(Box.X + Box.Width)),
            new XElement("ymax", (int)Math.Ceiling(Box.Y + Box.Height))));
}
