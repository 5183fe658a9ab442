using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Server.Tests.Samples;

/// <summary>samples/minimal-api and samples/viewer, over HTTP.</summary>
public sealed class WebSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-sample-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_minimal_api_has_the_service_and_an_endpoint_of_its_own()
    {
        // Gray noise, in which JPEG changes little and a mosaic much.
        Image photo = new(192, 128);
        Random random = new(3);
        for (int i = 0; i < photo.Pixels.Length; i += 3) photo.Pixels.Slice(i, 3).Fill((byte)random.Next(256));
        using Segmenter segmenter = Segmenter.Load(TinyModels.Instances, new SegmenterOptions { MinScore = 0.3 });
        Segmentation expected = segmenter.Segment(photo, Stop);
        byte[] mask = new byte[photo.Width * photo.Height];
        Rle.Union([.. expected.Instances.Select(i => i.Mask)]).ToMask(mask);

        using SampleProcess sample = SampleProcess.Start("minimal-api", _folder, TinyModels.Instances, "--urls", "http://127.0.0.1:0");
        using HttpClient client = await sample.ConnectAsync();
        JsonElement found = await TestService.ReadJsonAsync(
            await client.PostAsync("/v1/segment", new ByteArrayContent(photo.EncodePng()), Stop));
        HttpResponseMessage anonymous = await client.PostAsync("/anonymize", new ByteArrayContent(photo.EncodePng()), Stop);
        HttpResponseMessage refused = await client.PostAsync("/anonymize", new StringContent("hello"), Stop);

        Assert.Equal(expected.Instances.Count, found.GetProperty("images")[0].GetProperty("objects").GetArrayLength());
        Assert.Equal("image/jpeg", anonymous.Content.Headers.ContentType?.MediaType);
        Image result = Image.Decode(await anonymous.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(photo.Size, result.Size);
        Assert.InRange(MeanDifference(photo, result, mask, inside: true), 40, 90);
        Assert.InRange(MeanDifference(photo, result, mask, inside: false), 0, 15);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("not an image", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    /// <summary>From another folder, and every file that the page names is there; the request is the one that its script makes.</summary>
    [Fact]
    public async Task The_viewers_page_is_served_next_to_the_api()
    {
        using SampleProcess sample = SampleProcess.Start("viewer", _folder, TinyModels.Panoptic, "--urls", "http://127.0.0.1:0");
        using HttpClient client = await sample.ConnectAsync();
        string page = await client.GetStringAsync("/", Stop);
        string[] files = [.. Regex.Matches(page, "(?:src|href)=\"(viewer[^\"]+)\"").Select(m => m.Groups[1].Value)];
        Assert.Equal(["viewer.css", "viewer.js"], files.Order(StringComparer.Ordinal));
        foreach (string file in files) Assert.NotEmpty(await client.GetStringAsync(file, Stop));

        string request = Regex.Match(await client.GetStringAsync("viewer.js", Stop), "fetch\\(\"([^\"]+)\"").Groups[1].Value;
        JsonElement found = await TestService.ReadJsonAsync(
            await client.PostAsync(request, new ByteArrayContent(TinyModels.Photo()), Stop));

        JsonElement objects = found.GetProperty("images")[0].GetProperty("objects");
        Assert.NotEqual(0, objects.GetArrayLength());
        Assert.All(objects.EnumerateArray(), o => Assert.NotEqual(0, o.GetProperty("polygons").GetArrayLength()));
    }

    private static double MeanDifference(Image a, Image b, byte[] mask, bool inside)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if ((mask[i] != 0) != inside) continue;
            sum += Math.Abs(a.Pixels[3 * i] - b.Pixels[3 * i]);
            count++;
        }

        Assert.NotEqual(0, count);
        return sum / count;
    }
}
