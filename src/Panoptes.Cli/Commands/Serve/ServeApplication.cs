using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Panoptes.Cli.Input;
using Panoptes.Server;

namespace Panoptes.Cli.Commands.Serve;

/// <summary>The application behind <c>panoptes serve</c>: the library's service with the tool's models, logs and traces.</summary>
internal static class ServeApplication
{
    /// <summary>Builds it.</summary>
    /// <param name="urls">Where it listens; null leaves it to the configuration.</param>
    /// <param name="settings">Settings of the command line.</param>
    /// <param name="models">Models of the command line, by name; the first one is the default.</param>
    /// <param name="device">Where the models run.</param>
    /// <param name="warn">Told where another device runs a model than the one that was asked for.</param>
    /// <exception cref="InputException">A setting is not allowed.</exception>
    public static WebApplication Build(
        string? urls,
        IEnumerable<KeyValuePair<string, string?>> settings,
        IReadOnlyList<(string Name, string Path)> models,
        string device,
        Action<string> warn)
    {
        WebApplicationBuilder builder = ToolApplication.CreateBuilder(urls, "http://127.0.0.1:8080", settings);
        builder.Services.AddPanoptes(options => Configure(options, models, device, warn));
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
        {
            builder.Services.AddOpenTelemetry().UseOtlpExporter().WithTracing(tracing => tracing.AddAspNetCoreInstrumentation());
        }

        try
        {
            WebApplication app = builder.Build();
            app.UsePanoptes();
            app.MapPanoptes();
            return app;
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            // The configuration holds a value that is not allowed, or a key that is not known.
            string problem = e is OptionsValidationException all ? string.Join(" ", all.Failures) : e.Message;
            throw InputException.ForSetting(null, problem, inner: e);
        }
    }

    /// <summary>The models' names, the default one first.</summary>
    public static IReadOnlyList<string> NamesOf(WebApplication app)
    {
        PanoptesServerOptions options = app.Services.GetRequiredService<IOptions<PanoptesServerOptions>>().Value;
        return [.. options.Models.Keys.OrderBy(name => name != options.DefaultModel).ThenBy(name => name, StringComparer.Ordinal)];
    }

    private static void Configure(
        PanoptesServerOptions options, IReadOnlyList<(string Name, string Path)> models, string device, Action<string> warn)
    {
        foreach (string name in options.Models.Keys.ToList()) options.Models[name] = Models.PathOf(options.Models[name]);
        foreach ((string name, string path) in models) options.Models[name] = path;
        if (models.Count > 0) options.DefaultModel = models[0].Name;
        options.OpenModel = path => Models.Load(path, ModelDevice.Parse(path, device), warn);
    }
}
