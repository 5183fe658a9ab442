using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Panoptes.Server.Tests.Watching;

/// <summary>A service that watches runs, on a port of its own.</summary>
internal sealed class WatchService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WatchService(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    /// <summary>Starts one that looks at its folders with every request.</summary>
    /// <param name="runs">What it watches.</param>
    public static async Task<WatchService> StartAsync(params string[] runs)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddPanoptesWatch(options =>
        {
            foreach (string run in runs) options.Runs.Add(run);
            options.Interval = TimeSpan.FromMilliseconds(20);
        });
        WebApplication app = builder.Build();
        app.UsePanoptes();
        app.MapPanoptesWatch();
        app.MapGroup("/inner").MapPanoptesWatch();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WatchService(app);
    }

    /// <summary>An answer as JSON, not older than the moment of asking.</summary>
    public async Task<JsonElement> GetAsync(string address)
    {
        await Task.Delay(40, TestContext.Current.CancellationToken);
        using Stream answer = await Client.GetStreamAsync(address, TestContext.Current.CancellationToken);
        return (await JsonDocument.ParseAsync(answer, cancellationToken: TestContext.Current.CancellationToken)).RootElement;
    }

    /// <summary>The runs of the list.</summary>
    public async Task<JsonElement[]> ListAsync() => [.. (await GetAsync("/v1/runs")).GetProperty("runs").EnumerateArray()];

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
