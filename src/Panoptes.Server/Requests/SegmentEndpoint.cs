using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panoptes.Server.Documentation;
using Panoptes.Server.Results;

namespace Panoptes.Server.Requests;

/// <summary><c>POST /v1/segment</c>.</summary>
internal static class SegmentEndpoint
{
    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteHandlerBuilder endpoint = endpoints
            .MapPost("/v1/segment", (HttpContext context, SegmentHandler handler) => handler.HandleAsync(context))
            .DisableAntiforgery()
            .WithName("Segment").WithTags("Segmentation")
            .WithSummary("Finds every object in an image, or in several, and cuts it out.")
            .WithDescription("The body is an image (JPEG, PNG, WebP, TIFF, BMP, GIF or AVIF), or a form with one or several of them. The "
                + "form of the answer is chosen by `format`, or by `Accept` where that is not given. Nothing is kept of the images.")
            .Produces<SegmentResponse>();
        foreach (int status in (int[])[400, 401, 404, 406, 408, 413, 415, 429, 503, 504]) endpoint.ProducesProblem(status);
        endpoint.AddOpenApiOperationTransformer(SegmentOperation.Describe);
    }
}
