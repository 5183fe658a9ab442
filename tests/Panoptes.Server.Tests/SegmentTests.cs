using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Server.Tests;

/// <summary>Images in, what was found out.</summary>
public class SegmentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_holds_what_the_library_finds()
    {
        await using TestService service = await TestService.StartAsync();
        byte[] photo = TinyModels.Photo();
        JsonElement answer = await service.SegmentAsync(photo, "?masks=rle&score=0.4");
        using Segmenter segmenter = Segmenter.Load(TinyModels.Instances, new SegmenterOptions { MinScore = 0.4 });
        Segmentation expected = segmenter.Segment(Image.Decode(photo), Stop);

        Assert.Equal(("tiny", "instances"), (answer.GetProperty("model").GetString(), answer.GetProperty("kind").GetString()));
        JsonElement image = answer.GetProperty("images")[0];
        Assert.Equal((96, 64), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        JsonElement[] objects = [.. image.GetProperty("objects").EnumerateArray()];
        Assert.NotEmpty(objects);
        Assert.Equal(expected.Instances.Count, objects.Length);
        for (int i = 0; i < objects.Length; i++)
        {
            Instance instance = expected.Instances[i];
            Assert.Equal(i + 1, objects[i].GetProperty("id").GetInt32());
            Assert.Equal((instance.ClassName, instance.CategoryId), (objects[i].GetProperty("class").GetString(), objects[i].GetProperty("class_id").GetInt64()));
            Assert.True(objects[i].GetProperty("is_thing").GetBoolean());
            Assert.Equal(instance.Score, objects[i].GetProperty("score").GetDouble(), 4);
            Assert.Equal(
                (double[])[instance.Box.X1, instance.Box.Y1, instance.Box.Width, instance.Box.Height],
                objects[i].GetProperty("box").EnumerateArray().Select(v => v.GetDouble()),
                (a, b) => Math.Abs(a - b) <= 0.006);
            Assert.Equal(instance.Mask.Area, objects[i].GetProperty("area").GetInt64());
            Assert.Equal(instance.Mask.ToCompressedString(), objects[i].GetProperty("rle").GetProperty("counts").GetString());
            Assert.Matches("^#[0-9a-f]{6}$", objects[i].GetProperty("color").GetString());
        }

        double total = image.GetProperty("timing_ms").GetProperty("total").GetDouble();
        Assert.True(total >= image.GetProperty("timing_ms").GetProperty("network").GetDouble());
    }

    [Fact]
    public async Task Polygons_with_their_holes_cover_the_mask_to_the_pixel()
    {
        await using TestService service = await TestService.StartAsync(o => o.Models["scene"] = TinyModels.Panoptic);
        byte[] photo = TinyModels.Photo();
        JsonElement polygons = (await service.SegmentAsync(photo, "?model=scene")).GetProperty("images")[0].GetProperty("objects");
        JsonElement rle = (await service.SegmentAsync(photo, "?model=scene&masks=rle")).GetProperty("images")[0].GetProperty("objects");

        int holes = 0;
        for (int i = 0; i < rle.GetArrayLength(); i++)
        {
            Rle expected = Rle.Parse(rle[i].GetProperty("rle").GetProperty("counts").GetString()!, 64, 96), mask = Rle.Empty(64, 96);
            foreach (JsonElement region in polygons[i].GetProperty("polygons").EnumerateArray())
            {
                Rle inside = Rle.FromPolygon(Corners(region.GetProperty("outer")), 64, 96);
                foreach (JsonElement hole in region.GetProperty("holes").EnumerateArray())
                {
                    holes++;
                    inside = inside.Intersect(Rle.FromPolygon(Corners(hole), 64, 96).Complement());
                }

                mask = mask.Union(inside);
            }

            Assert.Equal(expected, mask);
        }

        Assert.True(holes > 0, "stuff of noise has holes");

        static double[] Corners(JsonElement ring) => [.. ring.EnumerateArray().Select(v => v.GetDouble())];
    }

    [Theory]
    [InlineData("?format=overlay", null, "image/png", ImageFormat.Png)]
    [InlineData("?format=overlay&image_format=jpeg", null, "image/jpeg", ImageFormat.Jpeg)]
    [InlineData("?format=overlay&image_format=webp", null, "image/webp", ImageFormat.WebP)]
    [InlineData("", "image/webp", "image/webp", ImageFormat.WebP)]
    [InlineData("", "text/html;q=0.9, image/jpeg;q=0.8, */*;q=0.1", "image/jpeg", ImageFormat.Jpeg)]
    public async Task An_overlay_is_the_librarys(string query, string? accept, string type, ImageFormat format)
    {
        await using TestService service = await TestService.StartAsync();
        byte[] photo = TinyModels.Photo();
        using HttpResponseMessage response = await service.PostAsync(photo, query, accept);
        byte[] overlay = await response.Content.ReadAsByteArrayAsync(Stop);

        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        using Segmenter segmenter = Segmenter.Load(TinyModels.Instances, new SegmenterOptions { MinScore = 0.3 });
        Image image = Image.Decode(photo);
        Assert.Equal(Overlay.Draw(image, segmenter.Segment(image, Stop)).Encode(format), overlay);
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/geo+json", "application/geo+json")]
    public async Task Accept_chooses_the_form(string? accept, string type)
    {
        await using TestService service = await TestService.StartAsync();
        using HttpResponseMessage response = await service.PostAsync(TinyModels.Photo(), "", accept);

        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task GeoJson_is_the_librarys()
    {
        await using TestService service = await TestService.StartAsync();
        byte[] photo = TinyModels.Photo();
        using HttpResponseMessage response = await service.PostAsync(photo, "?format=geojson");

        using Segmenter segmenter = Segmenter.Load(TinyModels.Instances, new SegmenterOptions { MinScore = 0.3 });
        using MemoryStream expected = new();
        GeoJson.Save(expected, segmenter.Segment(Image.Decode(photo), Stop));
        Assert.Equal(expected.ToArray(), await response.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task A_form_holds_several_images_and_settings()
    {
        await using TestService service = await TestService.StartAsync();
        using MultipartFormDataContent form = [];
        form.Add(new ByteArrayContent(TinyModels.Photo()), "images", "folder/000012.jpg");
        form.Add(new ByteArrayContent(TinyModels.Photo(64, 80)), "images", "b.jpg");
        form.Add(new StringContent("rle"), "masks");
        JsonElement answer = await TestService.ReadJsonAsync(await service.Client.PostAsync("/v1/segment?score=0.35", form, Stop));

        JsonElement[] images = [.. answer.GetProperty("images").EnumerateArray()];
        Assert.Equal(["000012.jpg", "b.jpg"], images.Select(i => i.GetProperty("name").GetString()));
        Assert.Equal([96, 64], images.Select(i => i.GetProperty("width").GetInt32()));
        Assert.All(images, i => Assert.True(i.GetProperty("objects")[0].TryGetProperty("rle", out _)));
    }

    [Fact]
    public async Task Coco_has_ids_from_the_names()
    {
        await using TestService service = await TestService.StartAsync();
        using MultipartFormDataContent form = [];
        form.Add(new ByteArrayContent(TinyModels.Photo()), "images", "000012.jpg");
        form.Add(new ByteArrayContent(TinyModels.Photo(64, 80)), "images", "b.jpg");
        JsonElement many = await TestService.ReadJsonAsync(await service.Client.PostAsync("/v1/segment?format=coco", form, Stop));
        JsonElement one = await service.SegmentAsync(TinyModels.Photo(), "?format=coco");

        Assert.Equal(["12", "\"b\""], many.EnumerateArray().Select(r => r.GetProperty("image_id").GetRawText()).Distinct());
        Assert.Equal(["1"], one.EnumerateArray().Select(r => r.GetProperty("image_id").GetRawText()).Distinct());
        JsonElement result = one[0];
        Assert.Equal([64, 96], result.GetProperty("segmentation").GetProperty("size").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal(4, result.GetProperty("bbox").GetArrayLength());
    }

    [Fact]
    public async Task Score_classes_and_size_are_the_requests()
    {
        await using TestService service = await TestService.StartAsync();
        byte[] photo = TinyModels.Photo(192, 128);
        JsonElement[] all = await ObjectsAsync("");
        JsonElement[] best = await ObjectsAsync(FormattableString.Invariant($"?score={all[0].GetProperty("score").GetDouble():0.0000}")), dogs = await ObjectsAsync("?classes=dog"), small = await ObjectsAsync("?max_size=48");

        double highest = all[0].GetProperty("score").GetDouble();
        Assert.InRange(best.Length, 0, all.Length - 1);
        Assert.All(best, o => Assert.True(o.GetProperty("score").GetDouble() >= highest - 0.0001));
        Assert.NotEmpty(dogs);
        Assert.True(dogs.Length < all.Length);
        Assert.All(dogs, o => Assert.Equal("dog", o.GetProperty("class").GetString()));
        Assert.NotEqual(all.Select(o => o.GetProperty("area").GetInt64()), small.Select(o => o.GetProperty("area").GetInt64()));

        async Task<JsonElement[]> ObjectsAsync(string query) =>
            [.. (await service.SegmentAsync(photo, query)).GetProperty("images")[0].GetProperty("objects").EnumerateArray()];
    }

    [Fact]
    public async Task A_panoptic_model_gives_segments_and_a_png_of_their_ids()
    {
        await using TestService service = await TestService.StartAsync(o => o.Models["scene"] = TinyModels.Panoptic);
        byte[] photo = TinyModels.Photo();
        JsonElement answer = await service.SegmentAsync(photo, "?model=scene&masks=rle");
        using HttpResponseMessage response = await service.PostAsync(photo, "?model=scene", "application/vnd.panoptes.panoptic+png");
        LabelMap labels = LabelMap.Decode(await response.Content.ReadAsByteArrayAsync(Stop));

        Assert.Equal("panoptic", answer.GetProperty("kind").GetString());
        JsonElement[] segments = [.. answer.GetProperty("images")[0].GetProperty("objects").EnumerateArray()];
        Assert.Contains(segments, s => !s.GetProperty("is_thing").GetBoolean());
        Assert.All(segments.Where(s => !s.GetProperty("is_thing").GetBoolean()), s => Assert.Equal(JsonValueKind.Null, s.GetProperty("score").ValueKind));
        Dictionary<int, long> pixels = labels.CountPixels();
        Assert.All(segments, s => Assert.Equal(s.GetProperty("area").GetInt64(), pixels[s.GetProperty("id").GetInt32()]));

        string stuff = segments.First(s => !s.GetProperty("is_thing").GetBoolean()).GetProperty("class").GetString()!;
        using HttpResponseMessage filtered = await service.PostAsync(photo, $"?model=scene&format=panoptic&classes={stuff}");
        LabelMap left = LabelMap.Decode(await filtered.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(
            segments.Where(s => s.GetProperty("class").GetString() == stuff).Select(s => s.GetProperty("id").GetInt32()).Order(),
            left.CountPixels().Keys.Where(id => id != 0).Order());
    }

    [Fact]
    public async Task A_trained_model_runs_where_training_is_referenced()
    {
        await using TestService service = await TestService.StartAsync(o => o.Models["trained"] = TinyModels.Trained);
        JsonElement exported = await service.SegmentAsync(TinyModels.Photo(), "?masks=rle"), trained = await service.SegmentAsync(TinyModels.Photo(), "?masks=rle&model=trained");

        Assert.Equal(Masks(exported), Masks(trained));
        Assert.Equal("libtorch", (await service.GetAsync("/v1/models")).GetProperty("models")[1].GetProperty("engine").GetString());

        static IEnumerable<string?> Masks(JsonElement answer) =>
            answer.GetProperty("images")[0].GetProperty("objects").EnumerateArray().Select(o => o.GetProperty("rle").GetProperty("counts").GetString());
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task The_bytes_may_have_any_of_these_types(string? type)
    {
        await using TestService service = await TestService.StartAsync();
        using ByteArrayContent body = new(TinyModels.Photo());
        body.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);

        Assert.Equal(HttpStatusCode.OK, (await service.Client.PostAsync("/v1/segment", body, Stop)).StatusCode);
    }
}
