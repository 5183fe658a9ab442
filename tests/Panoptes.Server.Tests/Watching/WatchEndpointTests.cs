using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Panoptes.Training.Engine;

namespace Panoptes.Server.Tests.Watching;

public sealed class WatchEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WatchService _service = null!;

    private string Runs => Path.Combine(_folder.Path, "runs");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await WatchService.StartAsync(Runs);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Runs_appear_and_disappear_with_their_folders()
    {
        Assert.Empty(await _service.ListAsync());

        using (TestRun run = NewRun("first")) run.Log(10, 2.5, ap: 0.125);
        JsonElement entry = Assert.Single(await _service.ListAsync());
        Assert.Equal("first", entry.GetProperty("name").GetString());
        Assert.Equal("embedmask", entry.GetProperty("method").GetString());
        Assert.Equal("cpu", entry.GetProperty("device").GetString());
        Assert.Equal((10, 100), (entry.GetProperty("iteration").GetInt32(), entry.GetProperty("iterations").GetInt32()));
        Assert.Equal((2.5, 0.125), (entry.GetProperty("loss").GetDouble(), entry.GetProperty("quality").GetDouble()));
        Assert.Equal("AP", entry.GetProperty("quality_name").GetString());

        using (NewRun("second")) Assert.Equal(2, (await _service.ListAsync()).Length);
        Directory.Delete(Path.Combine(Runs, "first"), recursive: true);
        Assert.Equal("second", Assert.Single(await _service.ListAsync()).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/v1/runs/{entry.GetProperty("id").GetString()}/metrics"));
    }

    [Fact]
    public async Task The_state_is_that_of_the_process_that_holds_the_folder()
    {
        using TestRun run = NewRun("run");
        run.Log(10, 2);
        run.Log(20, 2);
        Assert.Equal("stopped", await StateAsync());

        using (RunLock.Take(run.Folder))
        {
            JsonElement entry = Assert.Single(await _service.ListAsync());
            Assert.Equal("running", entry.GetProperty("state").GetString());
            Assert.Equal(160, entry.GetProperty("seconds_left").GetDouble(), 1e-9); // 80 iterations at 2 s
        }

        string holder = Path.Combine(run.Folder.Path, RunLockHolderFile);
        await File.WriteAllTextAsync(
            holder, $"process {int.MaxValue} on {Environment.MachineName}, since 2020-01-01 00:00:00 UTC,", Cancelled);
        Assert.Equal("lost", await StateAsync());

        // A later process with the number of the one that wrote this.
        await File.WriteAllTextAsync(
            holder, $"process {Environment.ProcessId} on {Environment.MachineName}, since 2020-01-01 00:00:00 UTC,", Cancelled);
        Assert.Equal("lost", await StateAsync());

        // Another machine's processes cannot be seen: it counts as running while something is written.
        await File.WriteAllTextAsync(holder, "process 7 on elsewhere, since 2020-01-01 00:00:00 UTC,", Cancelled);
        Assert.Equal("running", await StateAsync());
        File.SetLastWriteTimeUtc(run.Folder.MetricsJsonlFile, DateTime.UtcNow.AddDays(-1));
        Assert.Equal("lost", await StateAsync());

        File.Delete(holder);
        run.Log(100, 1);
        Assert.Equal("finished", await StateAsync());
    }

    [Fact]
    public async Task Metrics_come_from_a_line_on_and_whole_after_a_resume()
    {
        using TestRun run = NewRun("run");
        foreach (int iteration in new[] { 1, 2, 3 }) run.Log(iteration, iteration);
        string metrics = $"/v1/runs/{await IdAsync()}/metrics";

        JsonElement all = await _service.GetAsync(metrics);
        Assert.Equal([1, 2, 3], Iterations(all));
        Assert.Equal(0.5, all.GetProperty("lines")[0].GetProperty("loss_class").GetDouble());
        long generation = all.GetProperty("generation").GetInt64();

        run.Log(4, 1);
        JsonElement rest = await _service.GetAsync($"{metrics}?from=3&generation={generation}");
        Assert.Equal((3, 1), (rest.GetProperty("from").GetInt32(), rest.GetProperty("lines").GetArrayLength()));
        Assert.Empty(Iterations(await _service.GetAsync($"{metrics}?from=99&generation={generation}")));

        run.Resume(2);
        JsonElement again = await _service.GetAsync($"{metrics}?from=4&generation={generation}");
        Assert.Equal(0, again.GetProperty("from").GetInt32());
        Assert.Equal([1, 2], Iterations(again));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync($"{metrics}?from=x"));
    }

    [Fact]
    public async Task A_value_that_is_not_finite_is_null()
    {
        using TestRun run = NewRun("run");
        run.Log(1, double.NaN);

        JsonElement line = (await _service.GetAsync($"/v1/runs/{await IdAsync()}/metrics")).GetProperty("lines")[0];
        Assert.Equal(JsonValueKind.Null, line.GetProperty("loss_total").ValueKind);
    }

    [Fact]
    public async Task A_run_tells_its_configuration_and_environment()
    {
        using TestRun run = NewRun("run");
        JsonElement answer = await _service.GetAsync($"/v1/runs/{await IdAsync()}");

        Assert.Equal(100, answer.GetProperty("config").GetProperty("schedule").GetProperty("iterations").GetInt32());
        Assert.Equal("mine.yaml", answer.GetProperty("environment").GetProperty("arguments")[1].GetString());

        await File.WriteAllTextAsync(run.Folder.ConfigFile, "{ not", Cancelled);
        JsonElement entry = Assert.Single(await _service.ListAsync());
        Assert.Equal("config.json cannot be read", entry.GetProperty("problem").GetString());
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("iterations").ValueKind);
    }

    [Fact]
    public async Task Samples_are_listed_once_they_are_whole()
    {
        using TestRun run = NewRun("run");
        run.AddSample(20, "b.png");
        string half = run.AddSample(20, "a \u00fc.png");
        byte[] whole = await File.ReadAllBytesAsync(half, Cancelled);
        await File.WriteAllBytesAsync(half, whole[..^5], Cancelled);
        string samples = $"/v1/runs/{await IdAsync()}/samples";
        Assert.Equal(["b.png"], Names(await _service.GetAsync(samples)));

        await File.WriteAllBytesAsync(half, whole, Cancelled);
        Assert.Equal(["a \u00fc.png", "b.png"], Names(await _service.GetAsync(samples)));

        HttpResponseMessage image = await _service.Client.GetAsync($"{samples}/20/a%20%C3%BC.png", Cancelled);
        Assert.Equal("image/png", image.Content.Headers.ContentType!.MediaType);
        Assert.Equal(whole, await image.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Theory]
    [InlineData("{0}/samples/20/../../config.json")]
    [InlineData("{0}/samples/20/..%2F..%2Fconfig.json")]
    [InlineData("{0}/samples/20/%2e%2e%2f%2e%2e%2fconfig.json")]
    [InlineData("{0}/samples/20/..%5C..%5Cconfig.json")]
    [InlineData("{0}/samples/20/notes.txt")]
    [InlineData("{0}/samples/20/link.png")]
    [InlineData("{0}/samples/21/a.png")]
    [InlineData("{0}/samples/-1/a.png")]
    [InlineData("{0}/samples/20/%2Fetc%2Fpasswd")]
    [InlineData("..%2F{0}/samples")]
    [InlineData("run/samples")]
    [InlineData("{0}/config.json")]
    public async Task Nothing_but_what_is_listed_can_be_had(string address)
    {
        using TestRun run = NewRun("run");
        run.AddSample(20, "a.png");
        await File.WriteAllTextAsync(Path.Combine(run.Folder.SamplesAt(20), "notes.txt"), "secret", Cancelled);
        string elsewhere = Path.Combine(_folder.Path, "elsewhere.png");
        File.Copy(Path.Combine(run.Folder.SamplesAt(20), "a.png"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(run.Folder.SamplesAt(20), "link.png"), elsewhere);
        string id = await IdAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"/v1/runs/{id}/samples/20/a.png"));

        // As it stands: HttpClient would take the dots out.
        Uri raw = new(
            _service.Client.BaseAddress + "v1/runs/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, address, id),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        HttpResponseMessage answer = await _service.Client.GetAsync(raw, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_stream_tells_a_new_line()
    {
        using TestRun run = NewRun("run");
        run.Log(1, 4);
        using Stream stream = await _service.Client.GetStreamAsync("/v1/runs/events", Cancelled);
        await using IAsyncEnumerator<SseItem<string>> events =
            SseParser.Create(stream).EnumerateAsync(Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("runs", 1), (events.Current.EventType, Lines(events.Current)));

        run.Log(2, 3);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(2, Lines(events.Current));

        await _service.StopAsync(); // the stream does not hold up the end
        Assert.False(await events.MoveNextAsync());

        static int Lines(SseItem<string> item) =>
            JsonDocument.Parse(item.Data).RootElement.GetProperty("runs")[0].GetProperty("lines").GetInt32();
    }

    [Fact]
    public async Task The_page_has_its_files_and_a_strict_policy_in_a_group_too()
    {
        foreach (string place in new[] { "/", "/inner/" })
        {
            HttpResponseMessage page = await _service.Client.GetAsync(place, Cancelled);
            Assert.Contains("script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            string html = await page.Content.ReadAsStringAsync(Cancelled);
            Assert.Contains("assets/watch.js", html, StringComparison.Ordinal);
            foreach (string file in new[] { "watch.js", "board.js", "page.css", "runs.css" })
                Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{place}assets/{file}"));
        }

        HttpResponseMessage inner = await _service.Client.GetAsync("/inner", Cancelled);
        Assert.Equal("/inner/", inner.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/assets/frozen.js"));
    }

    private static string RunLockHolderFile => ".lock-holder";

    private TestRun NewRun(string name) => new(Path.Combine(Runs, name));

    private async Task<string> IdAsync() => Assert.Single(await _service.ListAsync()).GetProperty("id").GetString()!;

    private async Task<string> StateAsync() => Assert.Single(await _service.ListAsync()).GetProperty("state").GetString()!;

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        await Task.Delay(40, Cancelled);
        using HttpResponseMessage answer = await _service.Client.GetAsync(address, Cancelled);
        return answer.StatusCode;
    }

    private static int[] Iterations(JsonElement answer) =>
        [.. answer.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("iteration").GetInt32())];

    private static string[] Names(JsonElement answer) =>
        [.. answer.GetProperty("samples").EnumerateArray()
            .SelectMany(s => s.GetProperty("images").EnumerateArray())
            .Select(name => name.GetString()!)];
}
