using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference.Tiling;
using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>
/// Writes what was found in an image as a GeoJSON FeatureCollection: a Polygon, or a MultiPolygon, with holes, for each object; of a
/// panoptic model for each segment, stuff too. Properties are <c>id</c> (from 1), <c>class</c> and, but for stuff, <c>score</c>.
/// </summary>
/// <remarks>
/// Coordinates are corners of pixels, x to the right and y down from the image's upper left corner; outlines hold the mask to the pixel.
/// With a <see cref="GeoReference"/> they are those of its coordinate system, which a member <c>crs</c> names as GDAL does (GeoJSON of
/// 2008; RFC 7946 knows longitude and latitude alone), or a member <c>crs_citation</c> where it has no code. An object without a pixel has
/// the geometry null.
/// </remarks>
public static class GeoJson
{
    private const int FlushAt = 1 << 16;

    private static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file; an existing one is replaced only once the new one is complete.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="found">What was found in the image.</param>
    /// <param name="world">Where the image lies; null for coordinates in pixels.</param>
    public static void Save(string path, Segmentation found, GeoReference? world = null)
    {
        ArgumentNullException.ThrowIfNull(found);
        Save(path, Of(found), world);
    }

    /// <summary>Writes to a stream, for example a response.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="found">What was found in the image.</param>
    /// <param name="world">Where the image lies; null for coordinates in pixels.</param>
    public static void Save(Stream stream, Segmentation found, GeoReference? world = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(found);
        Write(stream, Of(found), world);
    }

    /// <summary>Writes a file of an image that was segmented in tiles.</summary>
    /// <inheritdoc cref="Save(string, Segmentation, GeoReference?)"/>
    public static void Save(string path, TiledSegmentation found, GeoReference? world = null)
    {
        ArgumentNullException.ThrowIfNull(found);
        Save(path, found.Segments?.Select(s => (s.Segment.ClassName, s.Segment.Score, s.Mask)) ?? Of(found.Instances), world);
    }

    private static IEnumerable<(string Class, float? Score, Rle Mask)> Of(Segmentation found)
    {
        SortedDictionary<int, Rle>? masks = found.Panoptic?.Labels.ToMasks();
        return masks is null ? Of(found.Instances) : found.Panoptic!.Segments.Select(s => (s.ClassName, s.Score, masks[s.Id]));
    }

    private static IEnumerable<(string Class, float? Score, Rle Mask)> Of(IReadOnlyList<Instance> instances) =>
        instances.Select(i => (i.ClassName, (float?)i.Score, i.Mask));

    private static void Save(string path, IEnumerable<(string Class, float? Score, Rle Mask)> features, GeoReference? world)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Write(stream, features, world));
    }

    private static void Write(Stream stream, IEnumerable<(string Class, float? Score, Rle Mask)> features, GeoReference? world)
    {
        using Utf8JsonWriter json = new(stream, s_format);
        json.WriteStartObject();
        json.WriteString("type"u8, "FeatureCollection"u8);
        WriteSystem(json, world);
        json.WriteStartArray("features"u8);
        int id = 0;
        foreach ((string name, float? score, Rle mask) in features)
        {
            WriteFeature(json, ++id, name, score, mask, world);
            if (json.BytesPending > FlushAt) json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSystem(Utf8JsonWriter json, GeoReference? world)
    {
        if (world?.EpsgCode is { } code)
        {
            json.WriteStartObject("crs"u8);
            json.WriteString("type"u8, "name"u8);
            json.WriteStartObject("properties"u8);
            json.WriteString("name"u8, $"urn:ogc:def:crs:EPSG::{code}");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else if (world?.Citation is { } citation)
        {
            json.WriteString("crs_citation"u8, citation);
        }
    }

    private static void WriteFeature(Utf8JsonWriter json, int id, string name, float? score, Rle mask, GeoReference? world)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "Feature"u8);
        json.WriteStartObject("properties"u8);
        json.WriteNumber("id"u8, id);
        json.WriteString("class"u8, name);
        if (score is { } value) json.WriteNumber("score"u8, value);
        json.WriteEndObject();
        if (mask.IsEmpty) json.WriteNull("geometry"u8);
        else WriteGeometry(json, mask, world);
        json.WriteEndObject();
    }

    private static void WriteGeometry(Utf8JsonWriter json, Rle mask, GeoReference? world)
    {
        // Tracing takes memory for all pixels of a mask: those of its bounds are enough.
        PixelBounds bounds = PixelBounds.Of(mask.Counts, mask.Height);
        IReadOnlyList<Contour> contours = Contours.Trace(
            mask.Crop(bounds.Left, bounds.Top, bounds.Bottom - bounds.Top, bounds.Right - bounds.Left));
        ILookup<int, Contour> holes = contours.Where(c => c.IsHole).ToLookup(c => c.Parent);
        int[] outer = [.. Enumerable.Range(0, contours.Count).Where(i => !contours[i].IsHole)];
        json.WriteStartObject("geometry"u8);
        json.WriteString("type"u8, outer.Length == 1 ? "Polygon"u8 : "MultiPolygon"u8);
        json.WriteStartArray("coordinates"u8);
        foreach (int index in outer)
        {
            if (outer.Length > 1) json.WriteStartArray();
            WriteRing(json, contours[index].Points, bounds, world);
            foreach (Contour hole in holes[index]) WriteRing(json, hole.Points, bounds, world);
            if (outer.Length > 1) json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes a ring, closed. Outer ones run counterclockwise where y goes up (RFC 7946, 3.1.6), which is clockwise as pixels are seen.
    /// </summary>
    private static void WriteRing(Utf8JsonWriter json, IReadOnlyList<int> points, PixelBounds bounds, GeoReference? world)
    {
        json.WriteStartArray();
        int corners = points.Count / 2;
        for (int i = 0; i <= corners; i++)
        {
            int corner = (world?.IsMirrored == true ? corners - i : i) % corners;
            (int x, int y) = (points[2 * corner] + bounds.Left, points[(2 * corner) + 1] + bounds.Top);
            json.WriteStartArray();
            if (world is null)
            {
                json.WriteNumberValue(x);
                json.WriteNumberValue(y);
            }
            else
            {
                (double worldX, double worldY) = world.ToWorld(x, y);
                json.WriteNumberValue(worldX);
                json.WriteNumberValue(worldY);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
