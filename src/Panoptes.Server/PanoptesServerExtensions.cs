using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Panoptes.Server.Documentation;
using Panoptes.Server.Models;
using Panoptes.Server.Observing;
using Panoptes.Server.Page;
using Panoptes.Server.Requests;
using Panoptes.Server.Security;

namespace Panoptes.Server;

/// <summary>Adds the service to an ASP.NET Core application.</summary>
/// <example><code>
/// WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
/// builder.Services.AddPanoptes(options => options.Models["person"] = "person.onnx");
/// WebApplication app = builder.Build();
/// app.MapPanoptes();
/// app.Run();
/// </code></example>
public static class PanoptesServerExtensions
{
    // For what stops after the service's requests are done.
    private static readonly TimeSpan s_stopping = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds what the service needs, with options from the configuration's section <c>Panoptes</c> and then from a delegate; OpenTelemetry
    /// gets its meters, <c>Panoptes.Server</c> and <c>Panoptes.Inference</c>, and its traces. The host's
    /// <see cref="HostOptions.ShutdownTimeout"/> is raised to 5 seconds more than <see cref="PanoptesServerOptions.ShutdownTimeout"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options after the configuration; null changes nothing.</param>
    public static IServiceCollection AddPanoptes(this IServiceCollection services, Action<PanoptesServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<PanoptesServerOptions> options = services.AddOptions<PanoptesServerOptions>()
            .BindConfiguration(PanoptesServerOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        if (configure is not null) options.Configure(configure);
        services.AddSingleton<IValidateOptions<PanoptesServerOptions>, OptionsCheck>();
        // The host gives up on what it waits for at last; the service's own limit comes first.
        services.AddOptions<HostOptions>().PostConfigure<IOptions<PanoptesServerOptions>>(
            (host, service) => Raise(host, service.Value.ShutdownTimeout + s_stopping));
        services.TryAddSingleton<ModelHost>();
        services.TryAddSingleton<BodyBudget>();
        services.TryAddSingleton<RequestReader>();
        services.TryAddSingleton<WorkGate>();
        services.TryAddSingleton<AnswerSender>();
        services.TryAddSingleton<SegmentHandler>();
        services.TryAddSingleton(provider => new PanoptesModels(
            provider.GetRequiredService<ModelHost>(),
            provider.GetRequiredService<WorkGate>(),
            provider.GetRequiredService<IOptions<PanoptesServerOptions>>()));
        services.TryAddSingleton<ServerMetrics>();
        services.TryAddSingleton<Problems>();
        services.TryAddSingleton<KeyFilter>();
        services.TryAddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHostedService(provider => provider.GetRequiredService<ServerMetrics>());
        services.AddHostedService<ModelService>();
        services.AddProblemDetails();
        services.AddCors();
        ServerMetrics.AddTo(services);
        ApiDocument.AddTo(services);
        return services;
    }

    /// <summary>
    /// Adds what belongs around the endpoints where the application is this service and nothing else, before all other middleware: problem
    /// details of errors that no endpoint answers (404, 405, 500; an <see cref="InputException"/> of the application's own endpoints is 400,
    /// 413 or 415), and where the options ask for them forwarded headers
    /// (<see cref="PanoptesServerOptions.KnownProxies"/>) and CORS (<see cref="PanoptesServerOptions.CorsOrigins"/>).
    /// </summary>
    /// <param name="app">The application.</param>
    public static IApplicationBuilder UsePanoptes(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        PanoptesServerOptions options = app.ApplicationServices.GetRequiredService<IOptions<PanoptesServerOptions>>().Value;
        if (options.KnownProxies.Count > 0) app.UseForwardedHeaders(Proxies.Options(options));
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Problems.WriteErrorAsync,
            // What is the client's fault is told to the client, not to the log.
            SuppressDiagnosticsCallback = failed => failed.Exception is BadHttpRequestException or InputException,
        });
        app.UseStatusCodePages(context => Problems.WriteAsync(context.HttpContext));
        if (options.CorsOrigins.Count > 0) app.UseCors(policy => CrossOrigin.Allow(policy, options));
        return app;
    }

    /// <summary>
    /// Maps the service's endpoints: the page, <c>/v1</c>, <c>/healthz</c>, <c>/readyz</c>, <c>/metrics</c>, <c>/openapi/v1.json</c> and
    /// <c>/docs</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>All of them, for example to require an authorization policy.</returns>
    public static IEndpointConventionBuilder MapPanoptes(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        PanoptesServerOptions options = endpoints.ServiceProvider.GetRequiredService<IOptions<PanoptesServerOptions>>().Value;
        RouteGroupBuilder all = endpoints.MapGroup("");
        all.AddEndpointFilter(AnswerProblemsAsync);
        if (options.Page) PageFiles.Segmenting.Map(all);
        if (options.Documentation) ApiDocument.Map(all);
        RouteGroupBuilder guarded = all.MapGroup("");
        guarded.AddEndpointFilter(CheckKeyAsync);
        SegmentEndpoint.Map(guarded);
        ModelEndpoints.Map(guarded);
        HealthEndpoints.Map(all);
        if (options.Metrics) ServerMetrics.Map(guarded);
        return all;
    }

    private static void Raise(HostOptions host, TimeSpan least)
    {
        if (host.ShutdownTimeout != Timeout.InfiniteTimeSpan && host.ShutdownTimeout < least) host.ShutdownTimeout = least;
    }

    private static async ValueTask<object?> AnswerProblemsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        SecurityHeaders.Set(context.HttpContext.Response, SecurityHeaders.DataPolicy);
        try
        {
            return await next(context).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // This is the boundary: whatever went wrong becomes an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return context.HttpContext.RequestServices.GetRequiredService<Problems>().From(e, context.HttpContext);
        }
    }

    private static ValueTask<object?> CheckKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.RequestServices.GetRequiredService<KeyFilter>().Check(context.HttpContext);
        return next(context);
    }
}
