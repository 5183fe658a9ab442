using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Panoptes.Server.Models;
using Panoptes.Server.Page;
using Panoptes.Server.Requests;
using Panoptes.Server.Results;
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
    /// <summary>Adds what the service needs, with options from the configuration's section <c>Panoptes</c> and from a delegate.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options after the configuration; null changes nothing.</param>
    public static IServiceCollection AddPanoptes(this IServiceCollection services, Action<PanoptesServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<PanoptesServerOptions> options = services.AddOptions<PanoptesServerOptions>()
            .BindConfiguration(PanoptesServerOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        if (configure is not null) options.Configure(configure);
        services.TryAddSingleton<ModelHost>();
        services.TryAddSingleton<BodyBudget>();
        services.TryAddSingleton<RequestReader>();
        services.TryAddSingleton<WorkGate>();
        services.TryAddSingleton<SegmentHandler>();
        services.TryAddSingleton<Problems>();
        services.TryAddSingleton<KeyFilter>();
        services.TryAddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHostedService<ModelService>();
        services.AddProblemDetails();
        return services;
    }

    /// <summary>Maps the service's endpoints.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>All of them, for example to require an authorization policy.</returns>
    public static IEndpointConventionBuilder MapPanoptes(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        PanoptesServerOptions options = endpoints.ServiceProvider.GetRequiredService<IOptions<PanoptesServerOptions>>().Value;
        RouteGroupBuilder all = endpoints.MapGroup("");
        all.AddEndpointFilter(AnswerProblemsAsync);
        if (options.Page) PageFiles.Map(all);
        all.MapGet("/healthz", () => TypedResults.Json(new HealthStatus("healthy"), ServerJson.Default.HealthStatus));

        RouteGroupBuilder api = all.MapGroup("/v1");
        api.AddEndpointFilter(CheckKeyAsync);
        api.MapGet("/models", (ModelHost models) => TypedResults.Json(ModelEndpoints.List(models), ServerJson.Default.ModelList));
        api.MapGet("/models/{name}/card", (string name, ModelHost models) => TypedResults.Text(models.Find(name).Source.Card.ToJson(), "application/json"));
        api.MapPost("/segment", (HttpContext context, SegmentHandler handler) => handler.HandleAsync(context)).DisableAntiforgery();
        return all;
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
