using System.Text.Json;
using Microsoft.Playwright;
using Panoptes.Masks;
using static Microsoft.Playwright.Assertions;

namespace Panoptes.Server.Tests.Page;

/// <summary>An image goes in; its masks are shown, filtered and pointed at.</summary>
[Collection(nameof(PageCollection))]
public class MasksOnThePageTests(PageFixture fixture)
{
    [Fact]
    public async Task A_dropped_image_shows_what_the_service_found()
    {
        await using OpenPage open = await fixture.OpenAsync();

        await open.DropPhotoAsync();

        JsonElement[] objects = await ServiceAnswer.ObjectsAsync(fixture.Service, "mushrooms", PageFixture.Photo);
        int shown = objects.Count(o => ServiceAnswer.Score(o) >= 0.3);
        Assert.InRange(shown, 30, 200);
        await Expect(open.Title).ToHaveTextAsync($"{shown} objects of {objects.Length}");
        await Expect(open.Page.Locator("#summary-detail")).ToHaveTextAsync("IMG_5021.jpg · 640 × 640");
        await Expect(open.Page.Locator("#live")).ToHaveTextAsync($"mushrooms found {shown} objects in IMG_5021.jpg: {shown} mushroom.");
        await Expect(open.Rows).ToHaveCountAsync(shown);
        await Expect(open.Page.Locator("#timing dt", new() { HasText = "Network" })).ToHaveCountAsync(1);
        Assert.InRange(await PaintedAsync(open, "masks"), 0.05, 0.9);
        await open.CheckAsync();
    }

    [Fact]
    public async Task The_slider_and_the_classes_act_without_asking_again()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        JsonElement[] objects = await ServiceAnswer.ObjectsAsync(fixture.Service, "mushrooms", PageFixture.Photo);
        double before = await PaintedAsync(open, "masks");

        await open.SlideAsync(70);

        int shown = objects.Count(o => ServiceAnswer.Score(o) >= 0.7);
        Assert.InRange(shown, 1, objects.Length - 1);
        await Expect(open.Title).ToHaveTextAsync($"{shown} objects of {objects.Length}");
        await Expect(open.Rows).ToHaveCountAsync(shown);
        await Expect(open.Page.Locator("#live")).ToHaveTextAsync($"{shown} of {objects.Length} objects shown");
        Assert.True(await PaintedAsync(open, "masks") < before);
        await open.Page.Locator("#legend input").UncheckAsync();
        await Expect(open.Title).ToHaveTextAsync($"0 objects of {objects.Length}");
        Assert.Equal(0, await PaintedAsync(open, "masks"));
        await open.Page.Locator("#legend input").CheckAsync();
        await open.SlideAsync(5);
        await Expect(open.Title).ToHaveTextAsync($"{objects.Length} objects");
        Assert.Equal(1, open.Segmentations);
        await open.CheckAsync();
    }

    [Fact]
    public async Task Pointing_marks_an_object_and_a_click_pins_it()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        JsonElement[] objects = [.. (await ServiceAnswer.ObjectsAsync(fixture.Service, "mushrooms", PageFixture.Photo)).Where(o => ServiceAnswer.Score(o) >= 0.3)];
        // A pixel that belongs to the first object alone.
        (int x, int y) = OwnPixel(objects);
        (float left, float top) = await open.PlaceAsync(x + 0.5, y + 0.5, 640, 640);

        await open.Page.Mouse.MoveAsync(left, top);

        await Expect(open.Page.Locator("#objects-body tr.pointed button")).ToHaveTextAsync("mushroom 1");
        Assert.True(await PaintedAsync(open, "raised") > 0);
        await open.Page.Mouse.ClickAsync(left, top);
        ILocator button = open.Page.GetByRole(AriaRole.Button, new() { Name = "mushroom 1", Exact = true });
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        await open.Page.Mouse.MoveAsync(2, 400);
        await Expect(open.Page.Locator("#objects-body tr.pointed")).ToHaveCountAsync(0);
        Assert.True(await PaintedAsync(open, "raised") > 0);
        await open.Page.ClickAsync("#unpin");
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "false");
        await open.Page.Mouse.MoveAsync(2, 400);
        await open.CheckAsync();
    }

    [Fact]
    public async Task The_table_sorts_and_marks_on_the_canvas()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        JsonElement[] objects = [.. (await ServiceAnswer.ObjectsAsync(fixture.Service, "mushrooms", PageFixture.Photo)).Where(o => ServiceAnswer.Score(o) >= 0.3)];

        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Pixels" }).ClickAsync();

        await Expect(open.Page.Locator("th.area")).ToHaveAttributeAsync("aria-sort", "descending");
        await Expect(open.Rows.First.Locator("td").Last).ToHaveTextAsync($"{objects.Max(o => o.GetProperty("area").GetInt64()):N0}");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Pixels" }).ClickAsync();
        await Expect(open.Rows.First.Locator("td").Last).ToHaveTextAsync($"{objects.Min(o => o.GetProperty("area").GetInt64()):N0}");
        await open.Rows.First.HoverAsync();
        Assert.True(await PaintedAsync(open, "raised") > 0);
        await open.CheckAsync();
    }

    [Fact]
    public async Task The_image_zooms_and_moves()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        string fitted = await open.Page.Locator("#zoom-one").InnerTextAsync();

        await open.Page.Locator(".surface").HoverAsync();
        await open.Page.Mouse.WheelAsync(0, -800);

        await Expect(open.Page.Locator("#zoom-one")).Not.ToHaveTextAsync(fitted);
        byte[] before = await open.Page.Locator(".surface").ScreenshotAsync();
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(300, 300, new() { Steps = 4 });
        await open.Page.Mouse.UpAsync();
        Assert.NotEqual(before, await open.Page.Locator(".surface").ScreenshotAsync());
        await Expect(open.Page.Locator("#objects-body tr.pinned")).ToHaveCountAsync(0);
        await open.Page.ClickAsync("#zoom-fit");
        await Expect(open.Page.Locator("#zoom-one")).ToHaveTextAsync(fitted);
        await open.Page.ClickAsync("#zoom-in");
        await Expect(open.Page.Locator("#zoom-one")).Not.ToHaveTextAsync(fitted);
        await open.Page.ClickAsync("#masks");
        Assert.Equal(0, await PaintedAsync(open, "masks"));
        await open.CheckAsync();
    }

    [Fact]
    public async Task A_panoptic_model_shows_things_and_stuff_with_a_legend()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.Page.SelectOptionAsync("#model", "panoptic");
        string file = Path.Combine(Path.GetTempPath(), $"panoptes-{Guid.NewGuid():N}.jpg");
        await File.WriteAllBytesAsync(file, TinyModels.Photo(), TestContext.Current.CancellationToken);
        JsonElement[] segments = await ServiceAnswer.ObjectsAsync(fixture.Service, "panoptic", file);
        File.Delete(file);

        await open.DropAsync(("noise.jpg", TinyModels.Photo()));
        await open.WaitAsync();

        JsonElement stuff = Assert.Single(segments.Where(s => !s.GetProperty("is_thing").GetBoolean()).Take(1));
        string name = stuff.GetProperty("class").GetString()!;
        await Expect(open.Page.Locator("#objects-title")).ToHaveTextAsync("Segments");
        await Expect(open.Page.Locator("#legend .name")).ToHaveCountAsync(segments.Select(s => s.GetProperty("class").GetString()).Distinct().Count());
        // Stuff has no score, so the slider leaves it.
        await open.SlideAsync(99);
        await Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        string color = await open.Page.Locator("#legend li", new() { HasText = name }).Locator(".swatch").EvaluateAsync<string>("s => getComputedStyle(s).backgroundImage");
        Assert.Contains(Css(stuff.GetProperty("color").GetString()!), color, StringComparison.Ordinal);
        await open.Page.GetByLabel(name).UncheckAsync();
        await Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })).ToBeHiddenAsync();
        await open.CheckAsync();
    }

    [Fact]
    public async Task Holes_of_a_mask_stay_open()
    {
        await using OpenPage open = await fixture.OpenAsync();
        byte[] ring = new byte[12 * 10];
        for (int y = 2; y < 9; y++)
        {
            for (int x = 1; x < 9; x++) ring[(y * 10) + x] = x is > 3 and < 7 && y is > 3 and < 7 ? (byte)0 : (byte)1;
        }

        Rle mask = Rle.FromMask(ring, 12, 10);

        bool[] inside = await open.Page.EvaluateAsync<bool[]>(
            """
            async counts => {
              const { parseCounts, toSpans, toBitmap } = await import('/assets/rle.js');
              const { toPath, toPolygons, trace } = await import('/assets/contours.js');
              const polygons = toPolygons(trace(toBitmap(toSpans(parseCounts(counts)), 12)));
              const path = toPath(polygons.flat());
              const context = document.createElement('canvas').getContext('2d');
              return [polygons.length === 1 && polygons[0].length === 2, context.isPointInPath(path, 2.5, 5.5, 'evenodd'), context.isPointInPath(path, 5.5, 5.5, 'evenodd')];
            }
            """,
            mask.ToCompressedString());

        Assert.Equal([true, true, false], inside);
        await open.CheckAsync();
    }

    // Which part of a layer of the first pane has color.
    private static async Task<double> PaintedAsync(OpenPage open, string layer)
    {
        // Layers are drawn with the next frame.
        return await open.Page.EvaluateAsync<double>(
            """
            async layer => {
              for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
              const canvas = document.querySelector(`.layer.${layer}`);
              // A copy, since browsers warn of canvases that are read often.
              const copy = document.createElement('canvas');
              Object.assign(copy, { width: canvas.width, height: canvas.height });
              copy.getContext('2d').drawImage(canvas, 0, 0);
              const { data } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height);
              let painted = 0;
              for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
              return painted / (data.length / 4);
            }
            """,
            layer);
    }

    private static (int X, int Y) OwnPixel(JsonElement[] objects)
    {
        Bitmask[] masks = [.. objects.Select(o => Bitmask.FromRle(ServiceAnswer.Mask(o)))];
        Assert.Equal(1, objects[0].GetProperty("id").GetInt32());
        for (int y = 2; y < 638; y++)
        {
            for (int x = 2; x < 638; x++)
            {
                if (masks[0][y, x] && masks[0][y + 2, x + 2] && masks[0][y - 2, x - 2] && masks.Skip(1).All(m => !m[y, x])) return (x, y);
            }
        }

        throw new InvalidOperationException("Every pixel of the first object belongs to another one too.");
    }

    private static string Css(string hex) =>
        $"rgb({Convert.ToInt32(hex[1..3], 16)}, {Convert.ToInt32(hex[3..5], 16)}, {Convert.ToInt32(hex[5..7], 16)})";
}
