using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.LabelStudio;

/// <summary>A region of a Label Studio task. Coordinates are percent of the image's sides, angles degrees clockwise.</summary>
internal static class LabelStudioRegion
{
    private const string Labels = "labels";

    /// <summary>The label of a region; null where its value has none. Its key is the control's, such as polygonlabels.</summary>
    public static string? LabelOf(JsonElement value) => LabelsOf(value).FirstOrDefault();

    private static IEnumerable<string> LabelsOf(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject()
            .Where(p => p.Name.EndsWith(Labels, StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.Array)
            .SelectMany(p => p.Value.EnumerateArray())
            .Where(label => label.ValueKind == JsonValueKind.String)
            .Select(label => label.GetString()!)
            .Distinct()
        : [];

    /// <summary>Whether a value has an area: a polygon, a brush's mask, a rectangle or an ellipse.</summary>
    public static bool HasArea(JsonElement value) =>
        value.Get("points") is not null || value.Get("rle") is not null || value.Get("radiusX") is not null
        || (value.Get("width") is not null && value.Get("height") is not null && value.Get("keypointlabels") is null);

    /// <summary>Reads a region.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="label">Its label.</param>
    /// <param name="size">The image's size.</param>
    /// <param name="place">The file and the region's place in it.</param>
    /// <param name="losses">Where losses are named.</param>
    /// <returns>The object; null where it has no area.</returns>
    /// <exception cref="InputException">A key is missing or malformed.</exception>
    public static FormatObject? Read(JsonElement value, string label, ImageSize size, FormatPlace place, LossLog losses)
    {
        if (value.Get("closed") is { ValueKind: JsonValueKind.False })
        {
            losses.Add(LossKind.Shapes, $"{place} (an open polygon)");
            return null;
        }

        FormatObject item = new(label, OutlineOf(value, size, place, losses)) { Place = place };
        foreach (string other in LabelsOf(value).Skip(1))
        {
            losses.Add(LossKind.Attributes, $"label {other}"); // an object has one class
        }

        return item;
    }

    private static CocoSegmentation OutlineOf(JsonElement value, ImageSize size, FormatPlace place, LossLog losses)
    {
        if (value.Get("rle") is { } rle)
        {
            return CocoSegmentation.FromRle(BrushRuns.Decode(Bytes(rle, place), size));
        }

        double angle = (value.Number("rotation") ?? 0) * Math.PI / 180;
        if (value.Get("points") is { } points)
        {
            return CocoSegmentation.FromPolygons([Points(points, size, place)]);
        }

        (double x, double y) = (Pixels("x", size.Width), Pixels("y", size.Height));
        if (value.Get("radiusX") is not null)
        {
            losses.Add(LossKind.Circles, place);
            double[] ellipse = PolygonMath.Ellipse(x, y, Pixels("radiusX", size.Width), Pixels("radiusY", size.Height));
            return CocoSegmentation.FromPolygons([PolygonMath.Rotate(ellipse, x, y, angle)]);
        }

        // A rectangle turns about its upper left corner.
        (double right, double bottom) = (x + Pixels("width", size.Width), y + Pixels("height", size.Height));
        return CocoSegmentation.FromPolygons([PolygonMath.Rotate([x, y, right, y, right, bottom, x, bottom], x, y, angle)]);

        double Pixels(string key, int side) => value.Number(key) is { } percent
            ? PolygonMath.Round(percent * side / 100)
            : throw place.Invalid($"value.{key} is missing or no number.");
    }

    private static double[] Points(JsonElement points, ImageSize size, FormatPlace place)
    {
        List<double> pixels = [];
        foreach (JsonElement point in points.ValueKind == JsonValueKind.Array ? points.EnumerateArray() : [])
        {
            if (point.ValueKind != JsonValueKind.Array || point.GetArrayLength() != 2
                || FormatJson.NumberIn(point[0]) is not { } x || FormatJson.NumberIn(point[1]) is not { } y)
            {
                throw place.Invalid($"points[{pixels.Count / 2}] must be two numbers, x and y.");
            }

            pixels.AddRange([PolygonMath.Round(x * size.Width / 100), PolygonMath.Round(y * size.Height / 100)]);
        }

        return pixels.Count >= 6
            ? [.. pixels]
            : throw place.Invalid($"points has {pixels.Count / 2} points; a polygon has 3 or more.");
    }

    private static byte[] Bytes(JsonElement rle, FormatPlace place)
    {
        List<byte> bytes = [];
        foreach (JsonElement element in rle.ValueKind == JsonValueKind.Array ? rle.EnumerateArray() : [])
        {
            bytes.Add(element.ValueKind == JsonValueKind.Number && element.TryGetByte(out byte value)
                ? value
                : throw place.Invalid($"rle[{bytes.Count}] must be an integer from 0 to 255."));
        }

        return [.. bytes];
    }
}
