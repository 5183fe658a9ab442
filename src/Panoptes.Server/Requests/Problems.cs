using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Panoptes.Server.Requests;

/// <summary>Turns whatever goes wrong in a request into a ProblemDetails answer.</summary>
internal sealed partial class Problems(ILogger<Problems> logger)
{
    /// <summary>Answers a request that failed.</summary>
    /// <returns>The answer; none where the client is gone.</returns>
    public IResult From(Exception exception, HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested) return TypedResults.Empty;
        switch (exception)
        {
            case RequestException request:
                if (request.Status is 429 or 503) LogRefused(request.Status, request.Message);
                return From(request, context);
            case BadHttpRequestException bad:
                return TypedResults.Problem(bad.StatusCode == 413 ? "The request's body is too large." : "The request is malformed or cut off.", statusCode: bad.StatusCode);
            default:
                LogFailed(context.Request.Path, exception);
                return TypedResults.Problem("The service failed. Its log says why.", statusCode: 500);
        }
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult From(RequestException request, HttpContext context)
    {
        if (request.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Dictionary<string, object?> more = [];
        if (request.File is { } file) more["file"] = file;
        if (request.Place is { } place) more["place"] = place;
        if (request.Kind is { } kind) more["kind"] = kind.ToString();
        return TypedResults.Problem(new ProblemDetails { Detail = request.Message, Status = request.Status, Extensions = more });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a request with {Status}: {Reason}")]
    private partial void LogRefused(int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {Path} failed.")]
    private partial void LogFailed(string path, Exception exception);
}
