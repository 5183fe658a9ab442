using System.Globalization;
using System.Xml.Linq;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Cvat;

/// <summary>A shape of a CVAT file (docs.cvat.ai, XML annotation format). Angles are degrees clockwise about the center.</summary>
internal static class CvatShape
{
    // The source, which is known but not read, says only how the shape was made.
    private static readonly string[] s_known =
    [
        "label", "source", "occluded", "z_order", "rotation", "points", "xtl", "ytl", "xbr", "ybr", "cx", "cy", "rx", "ry",
        "rle", "left", "top", "width", "height", "frame", "keyframe", "outside", "group_id",
    ];

    /// <summary>Reads a shape; null for one without an area.</summary>
    /// <exception cref="InputException">An attribute is missing or malformed.</exception>
    public static FormatObject? Read(XElement shape, ImageSize size, FormatPlace place, LossLog losses)
    {
        string label = shape.Attribute("label")?.Value.Trim() is { Length: > 0 } text
            ? text
            : throw place.Invalid("the attribute label is missing.");
        string type = shape.Name.LocalName;
        double angle = (Optional("rotation") ?? 0) * Math.PI / 180;
        CocoSegmentation outline;
        switch (type)
        {
            case "polygon":
                outline = CocoSegmentation.FromPolygons([Points(shape, place)]);
                break;
            case "box":
                (double left, double top, double right, double bottom) = (Number("xtl"), Number("ytl"), Number("xbr"), Number("ybr"));
                if (angle == 0)
                {
                    losses.Add(LossKind.NoOutline, place);
                    AddAttributes(shape, losses);
                    return new FormatObject(label, null, new Masks.BoxXywh(left, top, right - left, bottom - top)) { Place = place };
                }

                outline = CocoSegmentation.FromPolygons(
                    [PolygonMath.RotatedBox((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, angle)]);
                break;
            case "ellipse":
                (double x, double y) = (Number("cx"), Number("cy"));
                losses.Add(LossKind.Circles, place);
                outline = CocoSegmentation.FromPolygons(
                    [PolygonMath.Rotate(PolygonMath.Ellipse(x, y, Number("rx"), Number("ry")), x, y, angle)]);
                break;
            case "mask":
                outline = CocoSegmentation.FromRle(Mask());
                break;
            default:
                losses.Add(LossKind.Shapes, $"{place} ({type})");
                return null;
        }

        AddAttributes(shape, losses);
        return new FormatObject(label, outline) { Place = place };

        double? Optional(string key) => shape.Attribute(key) is { } attribute
            ? FormatXml.Number(attribute.Value) ?? throw place.Invalid($"{key} is '{attribute.Value}'; it must be a number.")
            : null;

        double Number(string key) => Optional(key) ?? throw place.Invalid($"the attribute {key} is missing.");

        int Integer(string key) => Number(key) is var number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : throw place.Invalid($"{key} is {number}; it must be an integer.");

        Masks.Rle Mask()
        {
            string runs = shape.Attribute("rle")?.Value ?? throw place.Invalid("the attribute rle is missing.");
            long[] counts =
            [
                .. runs.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(
                    word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                        ? count
                        : throw place.Invalid($"rle has '{word}'; run lengths are integers of 0 or more.")),
            ];
            try
            {
                return PartialMask.FromRows(counts, Integer("left"), Integer("top"), Integer("width"), Integer("height"), size);
            }
            catch (InputException e) when (e.File is null)
            {
                throw place.Invalid(e.Message, e);
            }
        }
    }

    /// <summary>Names the group of a shape or track, which is not kept.</summary>
    public static void AddGroup(XElement element, LossLog losses) =>
        losses.Add(LossKind.Attributes, "group_id", element.Attribute("group_id")?.Value.Trim() is null or "" or "0" ? 0 : 1);

    private static void AddAttributes(XElement shape, LossLog losses)
    {
        AddGroup(shape, losses);
        losses.Add(LossKind.Attributes, "occluded", shape.Attribute("occluded")?.Value == "1" ? 1 : 0);
        foreach (XElement attribute in shape.Elements("attribute"))
        {
            losses.Add(LossKind.Attributes, attribute.Attribute("name")?.Value ?? "attribute");
        }

        foreach (XAttribute attribute in shape.Attributes().Where(a => !a.IsNamespaceDeclaration && !s_known.Contains(a.Name.LocalName)))
        {
            losses.Add(LossKind.Attributes, attribute.Name.LocalName);
        }
    }

    private static double[] Points(XElement shape, FormatPlace place)
    {
        List<double> points = [];
        foreach (string point in (shape.Attribute("points")?.Value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = point.Split(',');
            if (words.Length != 2 || FormatXml.Number(words[0]) is not { } x || FormatXml.Number(words[1]) is not { } y)
            {
                throw place.Invalid($"points has '{point}'; it must be two numbers, x and y.");
            }

            points.AddRange([x, y]);
        }

        return points.Count >= 6
            ? [.. points]
            : throw place.Invalid($"points has {points.Count / 2} points; a polygon has 3 or more.");
    }
}
