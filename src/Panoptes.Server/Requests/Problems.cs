using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Panoptes.Server.Observing;
using Panoptes.Server.Security;

namespace Panoptes.Server.Requests;

/// <summary>Turns whatever goes wrong in a request into a ProblemDetails answer.</summary>
internal sealed partial class Problems(ServerMetrics metrics, ILogger<Problems> logger)
{
    /// <summary>Answers a request that failed.</summary>
    /// <returns>The answer; none where the client is gone.</returns>
    public IResult From(Exception exception, HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // for logs and metrics
            return TypedResults.Empty;
        }

        switch (exception)
        {
            case RequestException request:
                metrics.CountRefused(request.Status);
                if (request.Status is 408 or 429 or 503 or 504) LogRefused(request.Status, request.Message);
                return From(request, context);
            case BadHttpRequestException bad:
                metrics.CountRefused(bad.StatusCode);
                string problem = bad.StatusCode switch
                {
                    408 => "The request's body arrives too slowly.",
                    413 => "The request's body is too large.",
                    _ => "The request is malformed or cut off.",
                };
                return TypedResults.Problem(problem, statusCode: bad.StatusCode);
            case InputException input:
                return From(RequestException.ForImage(input.File ?? "image", input), context);
            default:
                LogFailed(context.Request.Path, exception);
                return TypedResults.Problem("The service failed. Its log says why.", statusCode: 500);
        }
    }

    /// <summary>Answers a request whose endpoint failed.</summary>
    public static Task WriteErrorAsync(HttpContext context)
    {
        SecurityHeaders.Set(context.Response, SecurityHeaders.DataPolicy);
        Exception error = context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error;
        return context.RequestServices.GetRequiredService<Problems>().From(error, context).ExecuteAsync(context);
    }

    /// <summary>Answers what no endpoint answered, by the status that the response has.</summary>
    public static Task WriteAsync(HttpContext context)
    {
        SecurityHeaders.Set(context.Response, SecurityHeaders.DataPolicy);
        return TypedResults.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
    }

    private static ProblemHttpResult From(RequestException request, HttpContext context)
    {
        if (request.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Dictionary<string, object?> more = [];
        if (request.File is { } file) more["file"] = file;
        if (request.Place is { } place) more["place"] = place;
        if (request.Kind is { } kind) more["kind"] = kind.ToString();
        return TypedResults.Problem(new ProblemDetails
        {
            Type = request.Status == 429 ? "https://tools.ietf.org/html/rfc6585#section-4" : null, // ASP.NET Core knows the other ones
            Title = ReasonPhrases.GetReasonPhrase(request.Status),
            Detail = request.Message,
            Status = request.Status,
            Extensions = more,
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a request with {Status}: {Reason}")]
    private partial void LogRefused(int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {Path} failed.")]
    private partial void LogFailed(string path, Exception exception);
}
