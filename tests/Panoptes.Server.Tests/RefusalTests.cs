using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Server.Tests;

/// <summary>Every error is a problem with words that help, and tells nothing of the server.</summary>
[Collection("memory")] // one of them counts what is allocated
public class RefusalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?score=2", "score: '2' is not allowed. Allowed are numbers from 0 to 1.")]
    [InlineData("?score=NaN", "score: 'NaN' is not allowed. Allowed are numbers from 0 to 1.")]
    [InlineData("?format=yaml", "format: 'yaml' is not allowed. Allowed are json, geojson, coco, overlay, panoptic.")]
    [InlineData("?masks=png", "masks: 'png' is not allowed. Allowed are polygons, rle.")]
    [InlineData("?max_size=0", "max_size: '0' is not allowed. Allowed are whole numbers from 32.")]
    [InlineData("?image_format=tiff", "image_format: 'tiff' is not allowed. Allowed are png, jpeg, webp.")]
    [InlineData("?scroe=0.3", "scroe: unknown parameter. Did you mean 'score'?")]
    [InlineData("?score=0.3&score=0.4", "score: given more than once.")]
    [InlineData("?classes=cat,dgo", "classes: the model has no class 'dgo'. Did you mean 'dog'?")]
    [InlineData("?format=panoptic", "format: the model 'tiny' finds instances only; 'panoptic' needs a panoptic model.")]
    public async Task A_parameter_that_is_not_allowed_is_400(string query, string detail)
    {
        await using TestService service = await TestService.StartAsync();
        JsonElement problem = await (await service.PostAsync(TinyModels.Photo(), query)).ShouldBeAsync(HttpStatusCode.BadRequest);

        Assert.Equal(detail, problem.Detail());
        Assert.Equal(detail.Split(':')[0], problem.GetProperty("place").GetString());
    }

    [Fact]
    public async Task Paths_and_methods_that_are_not_there_are_404_and_405()
    {
        await using TestService service = await TestService.StartAsync();

        await (await service.Client.GetAsync("/v1/nothing", Stop)).ShouldBeAsync(HttpStatusCode.NotFound);
        await (await service.Client.GetAsync("/v1/segment", Stop)).ShouldBeAsync(HttpStatusCode.MethodNotAllowed);
        using HttpRequestMessage request = new(HttpMethod.Get, "/nothing");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        await (await service.Client.SendAsync(request, Stop)).ShouldBeAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_unknown_model_is_404_with_those_that_there_are()
    {
        await using TestService service = await TestService.StartAsync();

        Assert.Equal(
            "Unknown model 'other'. Available are: tiny.",
            (await (await service.PostAsync(TinyModels.Photo(), "?model=other")).ShouldBeAsync(HttpStatusCode.NotFound)).Detail());
        await (await service.Client.GetAsync("/v1/models/..%2f..%2fetc%2fpasswd/card", Stop)).ShouldBeAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("hello", HttpStatusCode.UnsupportedMediaType, "image: not an image. Supported are")]
    [InlineData("%PDF-1.7", HttpStatusCode.UnsupportedMediaType, "image: a PDF document.")]
    [InlineData("", HttpStatusCode.BadRequest, "image: the image has no bytes.")]
    public async Task A_body_that_is_no_image_is_told(string body, HttpStatusCode status, string detail)
    {
        await using TestService service = await TestService.StartAsync();
        JsonElement problem = await (await service.PostAsync(Encoding.ASCII.GetBytes(body))).ShouldBeAsync(status);

        Assert.StartsWith(detail, problem.Detail(), StringComparison.Ordinal);
        Assert.Equal("image", problem.GetProperty("file").GetString());
    }

    [Fact]
    public async Task A_damaged_image_is_400()
    {
        await using TestService service = await TestService.StartAsync();
        JsonElement problem = await (await service.PostAsync(TinyModels.Photo()[..1500])).ShouldBeAsync(HttpStatusCode.BadRequest);

        Assert.Equal("Damaged", problem.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Another_type_of_body_is_415()
    {
        await using TestService service = await TestService.StartAsync();
        using StringContent body = new("{}", Encoding.UTF8, "application/json");
        JsonElement problem = await (await service.Client.PostAsync("/v1/segment", body, Stop)).ShouldBeAsync(HttpStatusCode.UnsupportedMediaType);

        Assert.StartsWith("Content-Type 'application/json; charset=utf-8' is not supported.", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_not_accepted_is_406()
    {
        await using TestService service = await TestService.StartAsync();
        await (await service.PostAsync(TinyModels.Photo(), "", "text/html")).ShouldBeAsync(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_body_is_413_whether_it_says_so_or_not(bool chunked)
    {
        await using TestService service = await TestService.StartAsync(o => o.Limits = o.Limits with { MaxBytes = 10_000 });
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/segment") { Content = new ByteArrayContent(TinyModels.Photo(640, 480)) };
        request.Headers.TransferEncodingChunked = chunked;
        JsonElement problem = await (await service.Client.SendAsync(request, Stop)).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge);

        Assert.Contains("10000 bytes", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_too_many_bytes_or_images_is_413()
    {
        await using TestService service = await TestService.StartAsync(o => (o.Limits, o.MaxImages) = (o.Limits with { MaxBytes = 100_000 }, 3));
        using MultipartFormDataContent many = [], large = [];
        for (int i = 0; i < 4; i++) many.Add(new ByteArrayContent(TinyModels.Photo()), "images", $"{i}.jpg");
        for (int i = 0; i < 2; i++) large.Add(new ByteArrayContent(TinyModels.Photo(300, 300)), "images", $"{i}.jpg");

        Assert.Contains("3 images", (await (await service.Client.PostAsync("/v1/segment", many, Stop)).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge)).Detail(), StringComparison.Ordinal);
        await (await service.Client.PostAsync("/v1/segment", large, Stop)).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_huge_image_is_413_by_its_header_before_it_is_decoded()
    {
        // A PNG whose header promises 30,000 x 30,000 pixels, with nothing behind.
        byte[] png = new Image(4, 4).EncodePng();
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 30_000);
        await using TestService service = await TestService.StartAsync();
        long before = GC.GetTotalAllocatedBytes();
        JsonElement problem = await (await service.PostAsync(png)).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("image: an image of 30000x30000 pixels is larger than the limit of 50000000 pixels.", problem.Detail());
        Assert.True(GC.GetTotalAllocatedBytes() - before < 50_000_000, "no memory was taken for its pixels");
    }

    [Fact]
    public async Task One_bad_image_of_a_form_is_named()
    {
        await using TestService service = await TestService.StartAsync();
        using MultipartFormDataContent form = [];
        form.Add(new ByteArrayContent(TinyModels.Photo()), "images", "good.jpg");
        form.Add(new ByteArrayContent("hello"u8.ToArray()), "images", "../../bad.txt");
        JsonElement problem = await (await service.Client.PostAsync("/v1/segment", form, Stop)).ShouldBeAsync(HttpStatusCode.UnsupportedMediaType);

        Assert.Equal("bad.txt", problem.GetProperty("file").GetString());
        Assert.StartsWith("bad.txt: not an image.", problem.Detail(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data", "x", "Content-Type: a form needs a boundary")]
    [InlineData("multipart/form-data; boundary=abc", "--abc\r\nContent-Disposition: form-data; name=\"images\"; filename=\"a.jpg\"\r\n\r\nhello", "The form is damaged or cut off")]
    [InlineData("multipart/form-data; boundary=abc", "--abc--\r\n", "The form holds no file.")]
    [InlineData("multipart/form-data; boundary=abc", "--abc\r\nContent-Disposition: form-data; name=\"scroe\"\r\n\r\n1\r\n--abc--\r\n", "The form holds no file.")]
    public async Task A_damaged_form_is_400(string type, string body, string detail)
    {
        await using TestService service = await TestService.StartAsync();
        using ByteArrayContent content = new(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        JsonElement problem = await (await service.Client.PostAsync("/v1/segment", content, Stop)).ShouldBeAsync(HttpStatusCode.BadRequest);

        Assert.StartsWith(detail, problem.Detail(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("geojson")]
    [InlineData("overlay")]
    public async Task Forms_of_one_image_refuse_several(string format)
    {
        await using TestService service = await TestService.StartAsync();
        using MultipartFormDataContent form = [];
        for (int i = 0; i < 2; i++) form.Add(new ByteArrayContent(TinyModels.Photo()), "images", $"{i}.jpg");

        await (await service.Client.PostAsync($"/v1/segment?format={format}", form, Stop)).ShouldBeAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_failure_of_the_service_is_500_without_its_cause_which_the_log_has()
    {
        await using TestService service = await TestService.StartAsync(
            o => o.OpenModel = path => new GatedNetwork(path) { Failure = new InvalidOperationException($"secret of {path}") });
        JsonElement problem = await (await service.PostAsync(TinyModels.Photo())).ShouldBeAsync(HttpStatusCode.InternalServerError);

        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(service.Log.Lines, l => l.Text.Contains("secret of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bodies_beyond_the_memory_for_them_are_429()
    {
        await using TestService service = await TestService.StartAsync(o => o.MaxBufferedBytes = 100_000);
        HttpResponseMessage response = await service.PostAsync(TinyModels.Photo(640, 480));
        await response.ShouldBeAsync(HttpStatusCode.TooManyRequests);

        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
    }
}
