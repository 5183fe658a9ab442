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

    private static readonly string[] s_known =
        [.. s_attributes, Crowd, "name", "pose", "part", "bndbox", "robndbox", "polygon", "type", "deleted", "id", "attributes"];

    /// <summary>Its outlines, as labelling tools of today write them next to the box; none in VOC's own files.</summary>
    public IReadOnlyList<double[]> Polygons { get; init; } = [];

    /// <summary>Reads an object.</summary>
    /// <exception cref="InputException">An element is missing or malformed.</exception>
    public static VocObject Read(XElement element, FormatPlace place, LossLog losses)
    {
        string name = element.Element("name")?.Value.Trim() is { Length: > 0 } text
            ? text
            : throw place.Invalid("is missing the element name.");
        bool crowd = element.Element(Crowd)?.Value.Trim() == "1";
        double[][] polygons =
        [
            .. element.Elements("polygon").Where(polygon => polygon.HasElements).Select(polygon => Polygon(polygon, place)),
            .. element.Elements("robndbox").Select(box => Rotated(box, place)),
        ];
        XElement? box = element.Element("bndbox");
        BoxXywh bounds = box is not null ? Bounds(box, place)
            : polygons.Length > 0 ? PolygonMath.Bounds(polygons)
            : throw place.Invalid("is missing the element bndbox.");
        foreach (string attribute in s_attributes.Where(a => element.Element(a)?.Value.Trim() == "1" && !(crowd && a == "difficult")))
        {
            losses.Add(LossKind.Attributes, attribute);
        }

        losses.Add(LossKind.Attributes, "pose", element.Element("pose")?.Value.Trim() is null or "" or "Unspecified" ? 0 : 1);
        losses.Add(LossKind.Attributes, "part", element.Elements("part").Count());
        foreach (XElement attribute in element.Elements("attributes").Elements())
        {
            losses.Add(LossKind.Attributes, attribute.Element("name")?.Value.Trim() ?? attribute.Name.LocalName);
        }

        foreach (XElement unknown in element.Elements().Where(e => !s_known.Contains(e.Name.LocalName)))
        {
            losses.Add(LossKind.UnknownKeys, $"object.{unknown.Name.LocalName}");
        }

        return new VocObject(name, bounds, crowd) { Polygons = polygons };
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

    private static BoxXywh Bounds(XElement box, FormatPlace place)
    {
        (double left, double top) = (Number(box, "xmin", place), Number(box, "ymin", place));
        return new BoxXywh(left - 1, top - 1, Number(box, "xmax", place) - left + 1, Number(box, "ymax", place) - top + 1);
    }

    /// <summary>An outline: <c>x1, y1, x2, y2, ...</c> as Roboflow writes it, or <c>pt</c> with x and y as the first LabelMe did.</summary>
    private static double[] Polygon(XElement polygon, FormatPlace place)
    {
        List<double> points = [];
        foreach (XElement point in polygon.Elements("pt"))
        {
            points.AddRange([Number(point, "x", place), Number(point, "y", place)]);
        }

        int[] numbers =
        [
            .. polygon.Elements().Select(e => e.Name.LocalName).Where(n => n.StartsWith('x'))
                .Select(n => int.TryParse(n.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)
                .Where(number => number >= 0).Order(),
        ];
        foreach (int number in numbers)
        {
            points.AddRange([Number(polygon, $"x{number}", place), Number(polygon, $"y{number}", place)]);
        }

        return points.Count >= 6
            ? [.. points]
            : throw place.Invalid($"polygon has {points.Count / 2} points; it must have 3 or more.");
    }

    /// <summary>A rotated box, as roLabelImg writes it: center, sides, and the angle in radians, clockwise.</summary>
    private static double[] Rotated(XElement box, FormatPlace place) => PolygonMath.RotatedBox(
        Number(box, "cx", place), Number(box, "cy", place), Number(box, "w", place), Number(box, "h", place), Number(box, "angle", place));

    private static double Number(XElement parent, string key, FormatPlace place) =>
        FormatXml.Number(parent.Element(key)?.Value)
        ?? throw place.Invalid($"{parent.Name.LocalName}.{key} is '{parent.Element(key)?.Value}'; it must be a number.");
}
