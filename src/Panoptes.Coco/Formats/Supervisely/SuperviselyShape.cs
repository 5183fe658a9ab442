using System.IO.Compression;
using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Supervisely;

/// <summary>An object of a Supervisely file.</summary>
internal static class SuperviselyShape
{
    private const int Spare = 1 << 16; // a PNG is rarely larger than its pixels

    /// <summary>Reads an object; null for one without an area.</summary>
    /// <exception cref="InputException">A key is missing or malformed.</exception>
    public static FormatObject? Read(JsonElement element, ImageSize size, FormatPlace place, LossLog losses)
    {
        string label = element.Name("classTitle") ?? throw place.Invalid("the key classTitle is missing.");
        string type = element.Text("geometryType") ?? (element.Get("bitmap") is not null ? "bitmap" : "polygon");
        losses.Add(LossKind.Attributes, "description", element.Text("description") is { Length: > 0 } ? 1 : 0);
        foreach (JsonElement tag in element.List("tags"))
        {
            losses.Add(LossKind.Attributes, $"tag {tag.Text("name")}");
        }

        switch (type)
        {
            case "polygon":
                return Of(Polygon(element, size, place));
            case "rectangle" when Points(element, "exterior", place) is { Length: 4 } box:
                return Of(CocoSegmentation.FromPolygons([[box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3]]]));
            case "rectangle":
                throw place.Invalid("points.exterior must have two points.");
            case "bitmap":
                return Of(CocoSegmentation.FromRle(Bitmap(element, size, place)));
            default:
                losses.Add(LossKind.Shapes, $"{place} ({type})");
                return null;
        }

        FormatObject Of(CocoSegmentation outline) => new(label, outline) { Place = place };
    }

    private static CocoSegmentation Polygon(JsonElement element, ImageSize size, FormatPlace place)
    {
        double[] outline = Points(element, "exterior", place);
        double[][] holes =
        [
            .. (element.Get("points") ?? element).List("interior").Select(hole => Numbers(hole.ValueKind == JsonValueKind.Array
                ? hole.EnumerateArray()
                : [], place)).Where(hole => hole.Length >= 6),
        ];
        if (outline.Length < 6)
        {
            throw place.Invalid($"points.exterior has {outline.Length / 2} points; a polygon has 3 or more.");
        }

        return holes.Length == 0
            ? CocoSegmentation.FromPolygons([outline])
            : CocoSegmentation.FromRle(Rle.FromPolygon(outline, size.Height, size.Width)
                .Intersect(Rle.FromPolygons(holes, size.Height, size.Width).Complement()));
    }

    private static double[] Points(JsonElement element, string key, FormatPlace place) =>
        Numbers((element.Get("points") ?? throw place.Invalid("the key points is missing.")).List(key), place);

    private static double[] Numbers(IEnumerable<JsonElement> points, FormatPlace place)
    {
        List<double> numbers = [];
        foreach (JsonElement point in points)
        {
            if (point.ValueKind != JsonValueKind.Array || point.GetArrayLength() != 2
                || FormatJson.NumberIn(point[0]) is not { } x || FormatJson.NumberIn(point[1]) is not { } y
                || Math.Max(Math.Abs(x), Math.Abs(y)) > Rle.MaxCoordinate)
            {
                throw place.Invalid($"points has {point.GetRawText()}; it must be two numbers, x and y.");
            }

            numbers.AddRange([x, y]);
        }

        return [.. numbers];
    }

    /// <summary>
    /// A PNG, packed by zlib and written in base64, whose pixels that are not 0 belong to the object; where it has an alpha channel, those
    /// that are not transparent.
    /// </summary>
    private static Rle Bitmap(JsonElement element, ImageSize size, FormatPlace place)
    {
        JsonElement bitmap = element.Get("bitmap") ?? throw place.Invalid("the key bitmap is missing.");
        double?[] origin = [.. bitmap.List("origin").Select(number => FormatJson.NumberIn(number))];
        if (origin is not [{ } left and >= 0 and <= int.MaxValue, { } top and >= 0 and <= int.MaxValue])
        {
            throw place.Invalid("bitmap.origin must be two numbers of 0 or more, x and y.");
        }

        try
        {
            byte[] packed = Convert.FromBase64String(bitmap.Text("data") ?? throw InputException.InContent(
                null,
                "bitmap.data is missing."));
            byte[] png = Unpack(packed, size);
            LabelMap map = LabelMap.Decode(png);
            PngAlpha.Apply(png, map);
            return PartialMask.FromMap(map, (int)left, (int)top, size);
        }
        catch (Exception e) when (e is InputException or FormatException or InvalidDataException)
        {
            throw place.Invalid($"bitmap must hold a PNG, packed by zlib, in base64 ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static byte[] Unpack(byte[] packed, ImageSize size)
    {
        long most = Spare + (4L * size.Width * size.Height);
        using ZLibStream stream = new(new MemoryStream(packed), CompressionMode.Decompress);
        using MemoryStream result = new();
        byte[] buffer = new byte[1 << 14];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            result.Write(buffer, 0, count);
            if (result.Length > most)
            {
                throw InputException.InContent(null, "its PNG is larger than an image of that size can be.", InputErrorKind.TooLarge);
            }
        }

        return result.ToArray();
    }
}
