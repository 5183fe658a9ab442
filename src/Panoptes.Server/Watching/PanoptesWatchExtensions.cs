using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Panoptes.Server.Page;
using Panoptes.Server.Watching;

namespace Panoptes.Server;

/// <summary>Adds a page that shows trainings while they run to an ASP.NET Core application.</summary>
/// <example><code>
/// WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
/// builder.Services.AddPanoptesWatch(options => options.Runs.Add("runs"));
/// WebApplication app = builder.Build();
/// app.MapGroup("/watch").MapPanoptesWatch();
/// app.Run();
/// </code></example>
public static class PanoptesWatchExtensions
{
    /// <summary>Adds what the page needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Names the runs.</param>
    public static IServiceCollection AddPanoptesWatch(this IServiceCollection services, Action<PanoptesWatchOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        services.TryAddSingleton<RunCatalog>();
        return services;
    }

    /// <summary>
    /// Maps the page (<c>/</c>, <c>/assets</c>) and what it asks for (<c>/v1/runs</c>). They are relative to each other: next to other
    /// endpoints they go into a group. They ask for no key: what runs write is shown to everyone who reaches the address.
    /// </summary>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <returns>All of them, for example to require an authorization policy.</returns>
    public static IEndpointConventionBuilder MapPanoptesWatch(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RouteGroupBuilder all = endpoints.MapGroup("");
        all.AddEndpointFilter(WatchFilter.InvokeAsync);
        PageFiles.Watching.Map(all);
        WatchEndpoints.Map(all);
        return all;
    }
}
