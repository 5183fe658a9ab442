using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Panoptes.Server.Tests;

/// <summary>What operators and developers look at.</summary>
public class ObservingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_count_requests_refusals_and_the_networks_time()
    {
        await using TestService service = await TestService.StartAsync();
        await service.SegmentAsync(TinyModels.Photo());
        await service.PostAsync("hello"u8.ToArray());
        HttpResponseMessage response = await service.Client.GetAsync("/metrics", Stop);
        string text = await response.Content.ReadAsStringAsync(Stop);

        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Matches(@"(?m)^panoptes_server_refused_total\{[^}]*status=""415""[^}]*\} 1", text);
        Assert.Matches(@"(?m)^panoptes_server_models\{[^}]*\} 1", text);
        Assert.Matches(@"(?m)^panoptes_server_waiting\{[^}]*\} 0", text);
        Assert.Matches(@"(?m)^panoptes_inference_images(_total)?\{[^}]*\} \d", text);
        Assert.Matches(@"(?m)^panoptes_inference_stage_duration_seconds_count\{[^}]*stage=""network""[^}]*\} \d", text);
        Assert.Matches(@"(?m)^http_server_request_duration_seconds_count\{[^}]*http_route=""/v1/segment""[^}]*\} 1", text);
    }

    [Fact]
    public async Task Any_exporter_finds_the_figures_from_the_start()
    {
        await using TestService service = await TestService.StartAsync();
        IMeterFactory meters = service.App.Services.GetRequiredService<IMeterFactory>();
        List<string> names = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (!ReferenceEquals(instrument.Meter.Scope, meters)) return; // of another test's service
            lock (names) names.Add(instrument.Name);
        };
        listener.Start();

        string[] expected = ["buffered", "models", "refused", "waiting", "working"];
        lock (names) Assert.All(expected, name => Assert.Contains("panoptes.server." + name, names));
    }

    [Fact]
    public async Task A_request_leaves_traces_and_a_line_with_its_figures()
    {
        List<Activity> ended = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or Inference.Segmenter.TelemetryName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (ended) ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using TestService service = await TestService.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/segment") { Content = new ByteArrayContent(TinyModels.Photo()) };
        ActivityTraceId trace = ActivityTraceId.CreateRandom();
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        await TestService.ReadJsonAsync(await service.Client.SendAsync(request, Stop));

        await Wait.UntilAsync(() => NamesOf().Contains("Microsoft.AspNetCore.Hosting.HttpRequestIn"), "the request's activity ends");
        Assert.Equal(["network", "postprocess", "preprocess", "segment"], NamesOf().Where(n => !n.StartsWith("Microsoft", StringComparison.Ordinal)).Order());

        string[] NamesOf()
        {
            lock (ended) return [.. ended.Where(a => a.TraceId == trace).Select(a => a.OperationName)];
        }

        Assert.Contains(service.Log.Lines, l => l.Level == LogLevel.Information && Regex.IsMatch(l.Text, @"^Segmented 1 image\(s\) with tiny: \d+ instance\(s\), waited \d+ ms, worked \d+ ms\."));
    }

    [Fact]
    public async Task The_openapi_document_describes_what_there_is()
    {
        await using TestService service = await TestService.StartAsync(o => o.ApiKeys.Add("0123456789abcdef"));
        JsonElement document = await service.GetAsync("/openapi/v1.json");
        JsonElement paths = document.GetProperty("paths");

        Assert.Equal(
            ["/healthz", "/metrics", "/readyz", "/v1/models", "/v1/models/{name}/card", "/v1/segment"],
            paths.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        JsonElement segment = paths.GetProperty("/v1/segment").GetProperty("post");
        Assert.Equal(
            ["model", "format", "masks", "score", "classes", "max_size", "image_format"],
            segment.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Contains("multipart/form-data", segment.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(c => c.Name));
        Assert.All((string[])["200", "400", "401", "404", "406", "408", "413", "415", "429", "503", "504"], s => Assert.True(segment.GetProperty("responses").TryGetProperty(s, out _), s));
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("SegmentedObject").GetProperty("properties").TryGetProperty("is_thing", out _));
        Assert.True(document.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("key", out _));
    }

    [Fact]
    public async Task The_page_of_the_document_asks_nothing_of_other_sites()
    {
        await using TestService service = await TestService.StartAsync();
        string page = await service.Client.GetStringAsync("/docs/", Stop);

        Assert.DoesNotMatch("https?://", page);
        foreach (Match script in Regex.Matches(page, "<script[^>]* src=\"([^\"]+)\""))
        {
            HttpResponseMessage response = await service.Client.GetAsync("/docs/" + script.Groups[1].Value, Stop);
            Assert.Equal("text/javascript", response.Content.Headers.ContentType!.MediaType?.Replace("application", "text", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Page_document_and_metrics_can_be_turned_off()
    {
        await using TestService service = await TestService.StartAsync(o => (o.Page, o.Documentation, o.Metrics) = (false, false, false));
        foreach (string path in (string[])["/", "/docs/", "/openapi/v1.json", "/metrics"])
        {
            await (await service.Client.GetAsync(path, Stop)).ShouldBeAsync(System.Net.HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("Panoptes:Concurrency=0", "Panoptes:Concurrency: must be at least 1 (was 0).")]
    [InlineData("Panoptes:QueueLength=-1", "Panoptes:QueueLength: must be at least 0 (was -1).")]
    [InlineData("Panoptes:Score=1.5", "Panoptes:Score: must lie in 0..1 (was 1.5).")]
    [InlineData("Panoptes:Timeout=00:00:00", "Panoptes:Timeout: must be positive")]
    [InlineData("Panoptes:ApiKeys:0=short", "Panoptes:ApiKeys:0: must have 16 characters or more.")]
    [InlineData("Panoptes:DefaultModel=other", "Panoptes:DefaultModel: 'other' is not one of the models tiny.")]
    [InlineData("Panoptes:KnownProxies:0=proxy.local", "Panoptes:KnownProxies: 'proxy.local' is not an IP address.")]
    public async Task Options_are_checked_at_the_start(string setting, string problem)
    {
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestService.StartAsync(null, setting));

        Assert.StartsWith(problem, error.Failures.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_an_error_and_known_ones_are_bound()
    {
        Assert.Contains("QueueLenght", (await Assert.ThrowsAsync<InvalidOperationException>(() => TestService.StartAsync(null, "Panoptes:QueueLenght=3"))).Message, StringComparison.Ordinal);

        await using TestService service = await TestService.StartAsync(null, "Panoptes:Limits:MaxPixels=1000", $"Panoptes:Models:other={TinyModels.Panoptic}");
        await (await service.PostAsync(TinyModels.Photo())).ShouldBeAsync(System.Net.HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(2, (await service.GetAsync("/v1/models")).GetProperty("models").GetArrayLength());
        Assert.Equal(200_000_000, InputLimits.Default.MaxPixels);
    }
}
