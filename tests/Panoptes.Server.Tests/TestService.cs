using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Panoptes.Server.Tests;

/// <summary>A service of tiny models on a port of its own: real connections, as clients have them.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app)
    {
        App = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }

    public HttpClient Client { get; }

    /// <summary>Starts a service of the model <c>tiny</c>.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <param name="settings">Settings of the configuration.</param>
    public static async Task<TestService> StartAsync(Action<PanoptesServerOptions>? configure = null, params string[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder([.. settings.Select(s => "--" + s)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddPanoptes(options =>
        {
            options.Models["tiny"] = TinyModels.Instances;
            configure?.Invoke(options);
        });
        WebApplication app = builder.Build();
        app.MapPanoptes();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestService(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
