using Microsoft.AspNetCore.Http;
using Panoptes.Server.Requests;
using Panoptes.Server.Security;

namespace Panoptes.Server.Watching;

/// <summary>What belongs around every endpoint: headers, and problem details of what is refused.</summary>
internal static class WatchFilter
{
    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        SecurityHeaders.Set(context.HttpContext.Response, SecurityHeaders.DataPolicy);
        context.HttpContext.Response.Headers.CacheControl = "no-cache";
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (RequestException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.Status);
        }
    }
}
