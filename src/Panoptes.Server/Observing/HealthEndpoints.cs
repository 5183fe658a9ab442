using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panoptes.Server.Models;
using Panoptes.Server.Requests;
using Panoptes.Server.Results;

namespace Panoptes.Server.Observing;

/// <summary><c>GET /healthz</c>: the service lives. <c>GET /readyz</c>: it may be sent requests.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => TypedResults.Json(new HealthStatus("healthy"), ServerJson.Default.HealthStatus))
            .WithName("GetHealth").WithTags("Health")
            .WithSummary("Whether the service is alive.")
            .Produces<HealthStatus>();
        endpoints.MapGet("/readyz", (ModelHost models, Drain drain) => !models.IsReady || drain.IsStopping
                ? throw new RequestException(503, drain.IsStopping ? "The service is stopping." : "The service is starting.", retryAfter: 5)
                : TypedResults.Json(new HealthStatus("ready"), ServerJson.Default.HealthStatus))
            .WithName("GetReadiness").WithTags("Health")
            .WithSummary("Whether the service accepts requests; it does not while it starts or stops.")
            .Produces<HealthStatus>()
            .ProducesProblem(503);
    }
}
