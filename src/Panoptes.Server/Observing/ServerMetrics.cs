using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using Panoptes.Inference;
using Panoptes.Server.Models;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Observing;

/// <summary>
/// The service's own figures, next to those of ASP.NET Core and of inference. A hosted service, so that they are there from the start,
/// whichever exporter asks for them.
/// </summary>
internal sealed class ServerMetrics : IHostedService
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Panoptes.Server";

    private readonly Counter<long> _refused;

    public ServerMetrics(IMeterFactory meters, WorkGate gate, BodyBudget budget, ModelHost models)
    {
        Meter meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("panoptes.server.refused", "{request}", "Requests that were refused, by status.");
        meter.CreateObservableGauge("panoptes.server.waiting", () => gate.Waiting, "{request}", "Requests waiting in the queue.");
        meter.CreateObservableGauge("panoptes.server.working", () => gate.Working, "{request}", "Requests in progress.");
        meter.CreateObservableGauge("panoptes.server.buffered", () => budget.Used, "By", "Bytes of requests and answers that are held.");
        meter.CreateObservableGauge(
            "panoptes.server.models", () => models.All.Count(m => m.Loaded is not null), "{model}", "Models that are loaded.");
    }

    /// <summary>Adds the meters to OpenTelemetry, for Prometheus and whatever else the application exports to.</summary>
    public static void AddTo(IServiceCollection services) => services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics
            .AddMeter(MeterName, Segmenter.TelemetryName)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter())
        .WithTracing(tracing => tracing.AddSource(Segmenter.TelemetryName));

    /// <summary>Maps <c>GET /metrics</c>.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RequestDelegate scrape = endpoints.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        endpoints.MapGet("/metrics", (HttpContext context, ServerMetrics _) => scrape(context))
            .WithName("GetMetrics").WithTags("Health")
            .WithSummary("Figures for Prometheus.")
            .Produces<string>(200, "text/plain")
            .ProducesProblem(401);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Counts a request that was refused.</summary>
    public void CountRefused(int status) =>
        _refused.Add(1, new KeyValuePair<string, object?>("status", status.ToString(CultureInfo.InvariantCulture)));
}
