using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference;

public sealed class GeoJsonTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.geojson");

    public void Dispose() => File.Delete(_path);

    private JsonElement Save(Segmentation found, GeoReference? world = null)
    {
        GeoJson.Save(_path, found, world);
        return JsonDocument.Parse(File.ReadAllBytes(_path)).RootElement;
    }

    private static Segmentation Of(params Rle[] masks) => new(
        masks[0].Width,
        masks[0].Height,
        [.. masks.Select((m, i) => new Instance(0, "a \"b\" ü", 7, 0.5f - (0.25f * i), m.Bounds, m))],
        default);

    private static double[][] Ring(JsonElement ring) =>
        [.. ring.EnumerateArray().Select(p => p.EnumerateArray().Select(v => v.GetDouble()).ToArray())];

    private static double SignedArea(double[][] ring) =>
        ring.Zip(ring.Skip(1), (a, b) => ((a[0] * b[1]) - (b[0] * a[1])) / 2).Sum();

    [Fact]
    public void A_mask_with_a_hole_is_a_polygon_of_two_closed_rings()
    {
        Rle outer = Rle.FromBox(new Box(100, 50, 140, 90), 200, 300);
        Rle mask = outer.Intersect(Rle.FromBox(new Box(110, 60, 115, 62), 200, 300).Complement());

        JsonElement json = Save(Of(mask));

        Assert.Equal("FeatureCollection", json.GetProperty("type").GetString());
        Assert.False(json.TryGetProperty("crs", out _));
        JsonElement feature = json.GetProperty("features")[0];
        Assert.Equal("""{"id":1,"class":"a \"b\" ü","score":0.5}""", feature.GetProperty("properties").GetRawText());
        Assert.Equal("Polygon", feature.GetProperty("geometry").GetProperty("type").GetString());
        double[][][] rings = [.. feature.GetProperty("geometry").GetProperty("coordinates").EnumerateArray().Select(Ring)];
        Assert.Equal(2, rings.Length);
        Assert.All(rings, ring => Assert.Equal(ring[0], ring[^1]));
        Assert.Equal((1600, -10), (SignedArea(rings[0]), SignedArea(rings[1])));
        Assert.Equal((100, 50), (rings[0].Min(p => p[0]), rings[0].Min(p => p[1])));
        Assert.Equal((140, 90), (rings[0].Max(p => p[0]), rings[0].Max(p => p[1])));
    }

    [Fact]
    public void Regions_apart_are_a_multipolygon_and_no_pixel_is_no_geometry()
    {
        Rle two = Rle.FromBox(new Box(0, 0, 2, 2), 20, 20).Union(Rle.FromBox(new Box(10, 10, 13, 12), 20, 20));

        JsonElement features = Save(Of(two, Rle.Empty(20, 20))).GetProperty("features");

        JsonElement geometry = features[0].GetProperty("geometry");
        Assert.Equal("MultiPolygon", geometry.GetProperty("type").GetString());
        Assert.Equal([4, 6], geometry.GetProperty("coordinates").EnumerateArray().Select(polygon => SignedArea(Ring(polygon[0]))));
        Assert.Equal(JsonValueKind.Null, features[1].GetProperty("geometry").ValueKind);
        Assert.Equal(2, features[1].GetProperty("properties").GetProperty("id").GetInt32());
    }

    [Fact]
    public void Where_the_image_lies_in_the_world_so_do_the_rings_the_right_way_around()
    {
        GeoReference world = new(1000, 0.5, 0, 2000, 0, -0.5) { EpsgCode = 32633, Citation = "not needed" };

        JsonElement json = Save(Of(Rle.FromBox(new Box(2, 4, 6, 8), 20, 20)), world);

        Assert.Equal("urn:ogc:def:crs:EPSG::32633", json.GetProperty("crs").GetProperty("properties").GetProperty("name").GetString());
        double[][] ring = Ring(json.GetProperty("features")[0].GetProperty("geometry").GetProperty("coordinates")[0]);
        Assert.Equal(4, SignedArea(ring)); // counterclockwise with y up
        Assert.Equal((1001, 1003, 1996, 1998), (ring.Min(p => p[0]), ring.Max(p => p[0]), ring.Min(p => p[1]), ring.Max(p => p[1])));
        Assert.Equal("My grid", Save(Of(Rle.Empty(2, 2)), world with { EpsgCode = null, Citation = "My grid" })
            .GetProperty("crs_citation").GetString());
    }

    [Fact]
    public void Of_a_panoptic_model_every_segment_is_written()
    {
        LabelMap labels = new(4, 2);
        ((ReadOnlySpan<int>)[1, 1, 2, 2, 1, 0, 0, 2]).CopyTo(labels.Labels);
        Segment[] segments =
        [
            new(1, "sky", 21, false, 3, new Box(0, 0, 2, 2)), new(2, "dog", 18, true, 3, new Box(2, 0, 4, 2), 0.75f),
        ];

        JsonElement features = Save(new Segmentation(4, 2, [], default) { Panoptic = new PanopticSegmentation(labels, segments) })
            .GetProperty("features");

        Assert.Equal(
            ["""{"id":1,"class":"sky"}""", """{"id":2,"class":"dog","score":0.75}"""],
            features.EnumerateArray().Select(f => f.GetProperty("properties").GetRawText()));
        Assert.All(features.EnumerateArray(), f => Assert.Equal(
            3, SignedArea(Ring(f.GetProperty("geometry").GetProperty("coordinates")[0]))));
    }
}
