using System.Text.Json;
using Microsoft.Playwright;
using Panoptes.Imaging;
using static Microsoft.Playwright.Assertions;

namespace Panoptes.Server.Tests.Page;

/// <summary>Files that the page makes, held against those of the service.</summary>
[Collection(nameof(PageCollection))]
public class DownloadsOfThePageTests(PageFixture fixture)
{
    [Fact]
    public async Task The_files_are_those_of_the_service()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        await open.SlideAsync(60);

        JsonElement coco = await open.DownloadJsonAsync("#download-coco");
        JsonElement geo = await open.DownloadJsonAsync("#download-geojson");

        JsonElement expectedCoco = await ServiceAnswer.AskAsync(fixture.Service, "mushrooms", PageFixture.Photo, "format=coco&score=0.6");
        Assert.InRange(expectedCoco.GetArrayLength(), 20, 200);
        AssertSame(expectedCoco, coco, "coco");
        JsonElement expectedGeo = await ServiceAnswer.AskAsync(fixture.Service, "mushrooms", PageFixture.Photo, "format=geojson&score=0.6");
        Assert.Equal(expectedCoco.GetArrayLength(), expectedGeo.GetProperty("features").GetArrayLength());
        AssertSame(expectedGeo, geo, "geojson");
        await open.CheckAsync();
    }

    [Fact]
    public async Task The_png_is_the_image_at_full_size_with_its_masks()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();

        (string name, byte[] bytes) = await open.DownloadAsync("#download-png");

        Assert.Equal("IMG_5021.masks.png", name);
        Image drawn = Image.Decode(bytes);
        Image photo = Image.Load(PageFixture.Photo);
        Assert.Equal(photo.Size, drawn.Size);
        JsonElement[] objects = [.. (await ServiceAnswer.ObjectsAsync(fixture.Service, "mushrooms", PageFixture.Photo)).Where(o => ServiceAnswer.Score(o) >= 0.3)];
        byte[] mask = new byte[640 * 640];
        Panoptes.Masks.Rle.Union([.. objects.Select(ServiceAnswer.Mask)]).ToMask(mask);
        (double inside, double outside) = (Difference(photo, drawn, mask, 1), Difference(photo, drawn, mask, 0));
        // Decoders of JPEG differ by a little; outlines reach a pixel beyond the masks.
        Assert.True(inside > 60 && outside < 12, $"The colors of masks differ by {inside} from the photograph, and what is around them by {outside}.");
        await open.CheckAsync();
    }

    [Fact]
    public async Task Pinned_objects_alone_and_all_images_at_once()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        byte[] photo = await File.ReadAllBytesAsync(PageFixture.Photo, TestContext.Current.CancellationToken);
        await open.DropAsync(("12345.jpg", photo));
        await open.WaitAsync();
        int count = await open.CountAsync();

        await open.Page.CheckAsync("#all-images");
        JsonElement all = await open.DownloadJsonAsync("#download-coco");

        string[] ids = [.. all.EnumerateArray().Select(e => e.GetProperty("image_id").GetRawText())];
        Assert.Equal(2 * count, ids.Length);
        Assert.Equal(["\"IMG_5021\"", "12345"], ids.Distinct());
        await open.Page.UncheckAsync("#all-images");
        await open.Rows.Nth(2).ClickAsync();
        await open.Page.CheckAsync("#pinned-only");
        await Expect(open.Page.Locator("#downloads-scope")).ToHaveTextAsync("1 object shown");
        JsonElement geo = await open.DownloadJsonAsync("#download-geojson");
        JsonElement feature = Assert.Single(geo.GetProperty("features").EnumerateArray());
        Assert.Equal(3, feature.GetProperty("properties").GetProperty("id").GetInt32());
        await open.CheckAsync();
    }

    // The same JSON; numbers may be rounded, and rings begin at another corner.
    private static void AssertSame(JsonElement expected, JsonElement actual, string place)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{place}: {expected.ValueKind}, and the page has {actual.ValueKind}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(p => p.Name).Order(), actual.EnumerateObject().Select(p => p.Name).Order());
                foreach (JsonProperty property in expected.EnumerateObject())
                {
                    if (property.Name == "coordinates") AssertSameRings(property.Value, actual.GetProperty(property.Name), place);
                    else if (property.Name != "image_id") AssertSame(property.Value, actual.GetProperty(property.Name), $"{place}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.True(expected.GetArrayLength() == actual.GetArrayLength(), $"{place}: {expected.GetArrayLength()}, and the page has {actual.GetArrayLength()}");
                for (int i = 0; i < expected.GetArrayLength(); i++) AssertSame(expected[i], actual[i], $"{place}[{i}]");
                break;
            case JsonValueKind.Number:
                Assert.True(Math.Abs(expected.GetDouble() - actual.GetDouble()) < 0.006, $"{place}: {expected}, and the page has {actual}");
                break;
            default:
                Assert.True(expected.ToString() == actual.ToString(), $"{place}: {expected}, and the page has {actual}");
                break;
        }
    }

    private static void AssertSameRings(JsonElement expected, JsonElement actual, string place)
    {
        string[] theirs = Rings(expected);
        Assert.True(theirs.SequenceEqual(Rings(actual)), $"{place}: the outlines differ");
        Assert.NotEmpty(theirs);
    }

    // Each ring as the sorted list of its corners.
    private static string[] Rings(JsonElement coordinates)
    {
        List<string> rings = [];
        Collect(coordinates);
        return [.. rings.Order(StringComparer.Ordinal)];

        void Collect(JsonElement element)
        {
            if (element[0][0].ValueKind == JsonValueKind.Number)
            {
                string[] corners = [.. element.EnumerateArray().Select(c => c.GetRawText())];
                Assert.Equal(corners[0], corners[^1]);
                rings.Add(string.Join(' ', corners.Skip(1).Order(StringComparer.Ordinal)));
            }
            else
            {
                foreach (JsonElement inner in element.EnumerateArray()) Collect(inner);
            }
        }
    }

    private static double Difference(Image a, Image b, byte[] mask, byte of)
    {
        long sum = 0;
        long count = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] != of) continue;
            for (int c = 0; c < 3; c++) sum += Math.Abs(a.Pixels[(3 * i) + c] - b.Pixels[(3 * i) + c]);
            count++;
        }

        return (double)sum / Math.Max(count, 1);
    }
}
