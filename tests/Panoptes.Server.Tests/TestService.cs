using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Panoptes.Server.Tests;

/// <summary>A service of tiny models on a port of its own: real connections, as clients have them.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app, LogLines log)
    {
        (App, Log) = (app, log);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }

    public HttpClient Client { get; }

    public LogLines Log { get; }

    /// <summary>Starts a service of the model <c>tiny</c>.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <param name="settings">Settings of the configuration, <c>Panoptes:KEY=VALUE</c>.</param>
    public static async Task<TestService> StartAsync(Action<PanoptesServerOptions>? configure = null, params string[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => (string?)s[1]));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        LogLines log = new();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.Services.AddPanoptes(options =>
        {
            options.Models["tiny"] = TinyModels.Instances;
            options.DefaultModel ??= "tiny";
            configure?.Invoke(options);
        });
        WebApplication app = builder.Build();
        app.UsePanoptes();
        app.MapPanoptes();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestService(app, log);
    }

    /// <summary>Sends an image.</summary>
    public async Task<HttpResponseMessage> PostAsync(byte[] image, string query = "", string? accept = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/segment" + query) { Content = new ByteArrayContent(image) };
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends an image and reads the JSON of the answer, which is 200.</summary>
    public async Task<JsonElement> SegmentAsync(byte[] image, string query = "") => await ReadJsonAsync(await PostAsync(image, query));

    /// <summary>Reads the JSON of an answer, which is 200.</summary>
    public static async Task<JsonElement> ReadJsonAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Gets a path's JSON.</summary>
    public async Task<JsonElement> GetAsync(string path) => await ReadJsonAsync(await Client.GetAsync(path, TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}
