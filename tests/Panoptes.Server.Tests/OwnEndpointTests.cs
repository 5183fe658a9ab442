using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Server.Tests;

/// <summary>Endpoints of an application's own, which use the service's models.</summary>
public class OwnEndpointTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_find_what_the_service_finds_and_their_errors_are_the_services()
    {
        LogLines log = new();
        await using WebApplication app = Create(log, options => options.Models["scene"] = TinyModels.Panoptic);
        await app.StartAsync(Stop);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.Single()) };
        byte[] photo = TinyModels.Photo();

        JsonElement service = await TestService.ReadJsonAsync(
            await client.PostAsync("/v1/segment?model=tiny", new ByteArrayContent(photo), Stop));
        int expected = service.GetProperty("images")[0].GetProperty("objects").GetArrayLength();
        Assert.NotEqual(0, expected);
        using HttpResponseMessage own = await client.PostAsync("/count/tiny", new ByteArrayContent(photo), Stop);
        Assert.Equal($"{expected}", await own.Content.ReadAsStringAsync(Stop));
        Assert.Equal(["scene", "tiny"], app.Services.GetRequiredService<PanoptesModels>().Names);

        using HttpResponseMessage unknown = await client.PostAsync("/count/lion", new ByteArrayContent(photo), Stop);
        await AssertProblemAsync(unknown, HttpStatusCode.NotFound, "Unknown model 'lion'");
        using HttpResponseMessage text = await client.PostAsync("/count/tiny", new StringContent("hello"), Stop);
        await AssertProblemAsync(text, HttpStatusCode.UnsupportedMediaType, "not an image");
        Assert.DoesNotContain(log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task They_wait_in_the_services_queue()
    {
        GatedNetwork network = new(TinyModels.Instances);
        await using WebApplication app = Create(new LogLines(), options =>
            (options.Concurrency, options.QueueLength, options.OpenModel) = (1, 1, _ => network));
        await app.StartAsync(Stop);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.Single()) };
        Task<HttpResponseMessage> first = client.PostAsync("/v1/segment", new ByteArrayContent(TinyModels.Photo()), Stop);
        while (network.Started == 0) await Task.Delay(10, Stop);

        PanoptesModels models = app.Services.GetRequiredService<PanoptesModels>();
        Image photo = Image.Decode(TinyModels.Photo());
        Task<Segmentation> second = models.SegmentAsync(photo, cancellationToken: Stop);
        BadHttpRequestException full = await Assert.ThrowsAnyAsync<BadHttpRequestException>(
            () => models.SegmentAsync(photo, cancellationToken: Stop));

        Assert.Equal(429, full.StatusCode);
        Assert.Equal(1, network.Started);
        network.Gate.Release(10);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.NotEmpty((await second).Instances);
    }

    [Theory]
    [InlineData(30, 120, 125)]
    [InlineData(600, 120, 600)]
    [InlineData(-1, 120, -1)]
    public async Task The_host_waits_for_the_services_requests(int host, int service, int expected)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Services.AddPanoptes(options =>
        {
            options.Models["tiny"] = "tiny.onnx";
            options.ShutdownTimeout = TimeSpan.FromSeconds(service);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Seconds(host));
        await using WebApplication app = builder.Build();

        Assert.Equal(Seconds(expected), app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);

        static TimeSpan Seconds(int seconds) => seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
    }

    private static WebApplication Create(LogLines log, Action<PanoptesServerOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.Services.AddPanoptes(options =>
        {
            (options.Models["tiny"], options.DefaultModel) = (TinyModels.Instances, "tiny");
            configure(options);
        });
        WebApplication app = builder.Build();
        app.UsePanoptes();
        app.MapPanoptes();
        app.MapPost("/count/{model}", async (string model, HttpRequest request, PanoptesModels models, CancellationToken stop) =>
        {
            Image photo = await Image.LoadAsync(request.Body, cancellationToken: stop);
            return (await models.SegmentAsync(photo, model, stop)).Instances.Count;
        });
        return app;
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string words)
    {
        string text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(words, text, StringComparison.Ordinal);
    }
}
