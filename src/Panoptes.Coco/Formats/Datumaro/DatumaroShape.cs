using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Datumaro;

/// <summary>An annotation of Datumaro. CVAT states the angle of a turned box or ellipse as the attribute rotation, in degrees.</summary>
internal static class DatumaroShape
{
    private const double Rounding = 1;

    /// <summary>Reads an annotation; null for one without an area.</summary>
    /// <exception cref="InputException">A key is missing or malformed.</exception>
    public static FormatObject? Read(JsonElement annotation, ImageSize size, string[] labels, FormatPlace place, LossLog losses)
    {
        string type = annotation.Text("type") ?? throw place.Invalid("the key type is missing.");
        if (type is "label" or "caption")
        {
            losses.Add(LossKind.Attributes, type);
            return null;
        }

        if (type is not ("polygon" or "mask" or "bbox" or "ellipse" or "rotated_bbox"))
        {
            losses.Add(LossKind.Shapes, $"{place} ({type})");
            return null;
        }

        string label = annotation.Number("label_id") is { } id && id >= 0 && id < labels.Length && id == Math.Floor(id)
            ? labels[(int)id]
            : throw place.Invalid($"label_id is {annotation.Get("label_id")}; it must be from 0 to {labels.Length - 1}.");
        JsonElement attributes = annotation.Get("attributes") ?? annotation;
        double angle = (attributes.Number("rotation") ?? 0) * Math.PI / 180;
        bool crowd = attributes.Get("is_crowd") is { ValueKind: JsonValueKind.True };
        losses.Add(LossKind.Attributes, "occluded", attributes.Get("occluded") is { ValueKind: JsonValueKind.True } ? 1 : 0);
        foreach (string name in annotation.Get("attributes")?.UnknownKeys("rotation", "is_crowd", "occluded") ?? [])
        {
            losses.Add(LossKind.Attributes, name);
        }

        if (type == "mask")
        {
            return new FormatObject(label, CocoSegmentation.FromRle(Mask(annotation, place)), IsCrowd: crowd) { Place = place };
        }

        double[] numbers = Numbers(annotation, type is "bbox" or "rotated_bbox" ? "bbox" : "points", place);
        switch (type)
        {
            case "bbox" when angle == 0 && numbers.Length == 4:
                return new FormatObject(label, null, new BoxXywh(numbers[0], numbers[1], numbers[2], numbers[3]), crowd) { Place = place };
            case "bbox" when numbers.Length == 4:
                return Of(PolygonMath.RotatedBox(
                    numbers[0] + (numbers[2] / 2), numbers[1] + (numbers[3] / 2), numbers[2], numbers[3], angle));
            case "rotated_bbox" when numbers.Length == 5:
                return Of(PolygonMath.RotatedBox(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4] * Math.PI / 180));
            case "ellipse" when numbers.Length == 4:
                losses.Add(LossKind.Circles, place);
                (double x, double y) = ((numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2);
                double[] ellipse = PolygonMath.Ellipse(x, y, Math.Abs(numbers[2] - numbers[0]) / 2, Math.Abs(numbers[3] - numbers[1]) / 2);
                return Of(PolygonMath.Rotate(ellipse, x, y, angle));
            case "polygon" when numbers.Length >= 6 && numbers.Length % 2 == 0:
                return Of(numbers);
            default:
                throw place.Invalid($"has {numbers.Length} numbers, which make no {type}.");
        }

        FormatObject Of(double[] polygon) => new(label, CocoSegmentation.FromPolygons([polygon]), IsCrowd: crowd) { Place = place };
    }

    /// <summary>
    /// Makes one object of annotations that belong together. Boxes are objects of their own where none of them has an outline; next to
    /// outlines they are the boxes of these, and one that is not is named.
    /// </summary>
    public static IReadOnlyList<FormatObject> Join(IReadOnlyList<FormatObject> parts, ImageSize size, LossLog losses)
    {
        FormatObject[] outlines = [.. parts.Where(part => part.Outline is not null)];
        if (outlines.Length == 0)
        {
            foreach (FormatObject part in parts)
            {
                losses.Add(LossKind.NoOutline, part.Place!);
            }

            return parts;
        }

        if (parts.Count == 1)
        {
            return parts;
        }

        CocoSegmentation joined = outlines.All(part => part.Outline!.Rle is null)
            ? CocoSegmentation.FromPolygons([.. outlines.SelectMany(part => part.Outline!.Polygons)])
            : CocoSegmentation.FromRle(Rle.Union([.. outlines.Select(part => part.Outline!.ToRle(size.Height, size.Width))]));
        BoxXywh bounds = InstanceBuilder.Measure(joined, size.Height, size.Width).Box;
        foreach (FormatObject part in parts)
        {
            losses.Add(LossKind.BoxesAndAreas, part.Place!, part.Box is { } box && !Encloses(box, bounds) ? 1 : 0);
        }

        return [parts[0] with { Outline = joined, Box = null, IsCrowd = parts.Any(part => part.IsCrowd) }];
    }

    // Tools round boxes to whole pixels.
    private static bool Encloses(BoxXywh box, BoxXywh bounds) =>
        box.X <= bounds.X + Rounding && box.Y <= bounds.Y + Rounding
        && box.X + box.Width >= bounds.X + bounds.Width - Rounding
        && box.Y + box.Height >= bounds.Y + bounds.Height - Rounding;

    private static double[] Numbers(JsonElement annotation, string key, FormatPlace place) =>
    [
        .. annotation.List(key).Select((number, i) => FormatJson.NumberIn(number) is { } value && Math.Abs(value) <= Rle.MaxCoordinate
            ? value
            : throw place.Invalid($"{key}[{i}] is {number.GetRawText()}; it must be a finite number.")),
    ];

    /// <summary>COCO's run lengths, compressed or as a list.</summary>
    private static Rle Mask(JsonElement annotation, FormatPlace place)
    {
        JsonElement rle = annotation.Get("rle") ?? throw place.Invalid("the key rle is missing.");
        double?[] sides = [.. rle.List("size").Select(side => FormatJson.NumberIn(side))];
        if (sides is not [{ } height and >= 0 and <= int.MaxValue, { } width and >= 0 and <= int.MaxValue])
        {
            throw place.Invalid("rle.size must be two integers of 0 or more: rows, columns.");
        }

        try
        {
            return rle.Text("counts") is { } text
                ? Rle.Parse(text, (int)height, (int)width)
                : Rle.FromCounts(
                    [
                        .. rle.List("counts").Select(count => count.TryGetUInt32(out uint value)
                            ? value
                            : throw InputException.InContent(
                                null,
                                $"counts has {count.GetRawText()}; run lengths are integers of 0 or more.")),
                    ],
                    (int)height,
                    (int)width);
        }
        catch (InputException e)
        {
            throw place.Invalid($"rle: {e.Message}", e);
        }
    }
}
