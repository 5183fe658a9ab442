using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.LabelMe;

/// <summary>A shape of a LabelMe file. Shapes of one label and one group are one object.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Group">The number of its group, or null.</param>
/// <param name="Polygon">Its corners; null where it is a mask.</param>
/// <param name="Mask">Its mask in the whole image; null where it is a polygon.</param>
/// <param name="IsCrowd">Whether it has the flag that <see cref="LabelMeWriter"/> gives to crowd regions.</param>
internal sealed record LabelMeShape(string Label, long? Group, double[]? Polygon, Rle? Mask, bool IsCrowd)
{
    /// <summary>The flag of crowd regions; LabelMe's flags have names that users choose.</summary>
    public const string CrowdFlag = "iscrowd";

    private static readonly string[] s_known =
    [
        "label", "points", "group_id", "shape_type", "flags", "description", "mask", "difficult", "attributes", "line_color", "fill_color",
        "score", "direction", "kie_linking",
    ];

    /// <summary>Reads a shape; null for one without an area.</summary>
    /// <param name="shape">The JSON.</param>
    /// <param name="size">The image's size.</param>
    /// <param name="place">The file and the shape's place in it, for messages.</param>
    /// <param name="losses">Where losses are named.</param>
    /// <exception cref="InputException">A key is missing or malformed.</exception>
    public static LabelMeShape? Read(JsonElement shape, ImageSize size, FormatPlace place, LossLog losses)
    {
        string label = shape.Name("label") ?? throw place.Invalid("the key label is missing or no text.");
        string type = shape.Text("shape_type") ?? "polygon";
        double[] points = Points(shape, place);
        bool crowd = false;
        if (shape.TryGetProperty("flags", out JsonElement flags) && flags.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty flag in flags.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.True))
            {
                crowd |= flag.Name == CrowdFlag;
                losses.Add(LossKind.Attributes, flag.Name, flag.Name == CrowdFlag ? 0 : 1);
            }
        }

        losses.Add(LossKind.Attributes, "description", shape.Text("description") is { Length: > 0 } ? 1 : 0);
        losses.Add(LossKind.Attributes, "difficult", shape.Get("difficult") is { ValueKind: JsonValueKind.True } ? 1 : 0);
        losses.Add(
            LossKind.Attributes,
            "attributes",
            shape.Get("attributes") is { ValueKind: JsonValueKind.Object } attributes && attributes.EnumerateObject().Any() ? 1 : 0);
        foreach (string key in shape.UnknownKeys(s_known))
        {
            losses.Add(LossKind.UnknownKeys, $"shapes.{key}");
        }

        long? group = shape.TryGetProperty("group_id", out JsonElement id)
            && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out long number)
            ? number
            : null;
        switch (type)
        {
            case "polygon" when points.Length >= 6:
            case "rectangle" when points.Length > 4:
            case "rotation" or "oriented_rectangle" or "quadrilateral" when points.Length >= 8: // its corners, as X-AnyLabeling has them
                return new LabelMeShape(label, group, points, null, crowd);
            case "rectangle" when points.Length == 4:
                return new LabelMeShape(label, group, Rectangle(points), null, crowd);
            case "circle" when points.Length == 4:
                losses.Add(LossKind.Circles, place);
                return new LabelMeShape(label, group, Circle(points), null, crowd);
            case "mask" when points.Length == 4:
                return new LabelMeShape(label, group, null, DecodeMask(shape, points, size, place), crowd);
            case "polygon" or "rectangle" or "rotation" or "oriented_rectangle" or "quadrilateral" or "circle" or "mask":
                throw place.Invalid($"points has {points.Length / 2} points; a polygon has 3 or more, a rotated rectangle 4, "
                    + "a rectangle, circle or mask 2.");
            case "point" or "points" or "line" or "linestrip":
                losses.Add(LossKind.Shapes, $"{place} ({type})");
                return null;
            default:
                throw place.Invalid($"shape_type is '{type}'; it must be polygon, rectangle, rotation, circle, mask, "
                    + "or one without area: point, points, line, linestrip.");
        }
    }

    /// <summary>Makes one object of shapes that belong together.</summary>
    public static FormatObject Join(IReadOnlyList<LabelMeShape> shapes, ImageSize size)
    {
        CocoSegmentation outline = shapes.All(s => s.Polygon is not null)
            ? CocoSegmentation.FromPolygons([.. shapes.Select(s => s.Polygon!)])
            : CocoSegmentation.FromRle(Rle.Union(
                [.. shapes.Select(s => s.Mask ?? Rle.FromPolygon(s.Polygon, size.Height, size.Width))]));
        return new FormatObject(shapes[0].Label, outline, IsCrowd: shapes.Any(s => s.IsCrowd));
    }

    private static double[] Points(JsonElement shape, FormatPlace place)
    {
        List<double> numbers = [];
        if (shape.TryGetProperty("points", out JsonElement points) && points.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement point in points.EnumerateArray())
            {
                if (point.ValueKind != JsonValueKind.Array
                    || point.GetArrayLength() != 2
                    || point.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.Number))
                {
                    throw place.Invalid($"points[{numbers.Count / 2}] is {point.GetRawText()}; it must be two numbers, x and y.");
                }

                numbers.AddRange([point[0].GetDouble(), point[1].GetDouble()]);
            }

            return [.. numbers];
        }

        throw place.Invalid("the key points is missing or no list.");
    }

    private static double[] Rectangle(double[] corners) =>
        [corners[0], corners[1], corners[2], corners[1], corners[2], corners[3], corners[0], corners[3]];

    /// <summary>A circle is its center and a point on it.</summary>
    private static double[] Circle(double[] points)
    {
        double radius = Math.Sqrt(Math.Pow(points[2] - points[0], 2) + Math.Pow(points[3] - points[1], 2));
        return PolygonMath.Ellipse(points[0], points[1], radius, radius);
    }

    /// <summary>A mask is a PNG of the box between two pixels, both of which it includes.</summary>
    private static Rle DecodeMask(JsonElement shape, double[] points, ImageSize size, FormatPlace place)
    {
        LabelMap map;
        try
        {
            // A mask larger than its image is refused before it is decoded.
            DecodeOptions options = new() { MaxPixels = size.Pixels, MaxSide = size.LongSide };
            string mask = shape.Text("mask") ?? throw InputException.InContent(null, "it is missing");
            map = LabelMap.Decode(Convert.FromBase64String(mask), options);
        }
        catch (Exception e) when (e is InputException or FormatException)
        {
            throw place.Invalid($"the key mask must hold a PNG in base64 ({e.Message.TrimEnd('.')}).", e);
        }

        try
        {
            return PartialMask.FromMap(map, (int)Math.Round(points[0]), (int)Math.Round(points[1]), size);
        }
        catch (InputException e)
        {
            throw place.Invalid(e.Message, e);
        }
    }
}
