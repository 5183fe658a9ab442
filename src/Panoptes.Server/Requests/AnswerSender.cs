using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panoptes.Server.Results;

namespace Panoptes.Server.Requests;

/// <summary>Counts answers until they are sent, and disconnects clients that do not read theirs.</summary>
internal sealed partial class AnswerSender(IOptions<PanoptesServerOptions> options, BodyBudget budget, ILogger<AnswerSender> logger)
{
    private readonly TimeSpan _timeout = options.Value.Timeout;

    /// <summary>Sends an answer.</summary>
    /// <exception cref="RequestException">There is too little memory left for it.</exception>
    public IResult Send(Answer answer, HttpContext context)
    {
        int bytes = answer.Bytes.Length;
        budget.TakeForAnswer(bytes);
        // The server's own limit (Kestrel's MinResponseDataRate) allows days for 100 MB.
        CancellationTokenSource late = new(_timeout);
        CancellationTokenRegistration abort = late.Token.Register(() =>
        {
            LogNotRead(bytes, _timeout.TotalSeconds);
            context.Abort();
        });
        context.Response.OnCompleted(async () =>
        {
            budget.ReturnAnswer(bytes);
            // It waits for an abort under way: the server uses the context again for the connection's next request.
            await abort.DisposeAsync().ConfigureAwait(false);
            late.Dispose();
        });
        return TypedResults.Bytes(answer.Bytes, answer.ContentType);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Disconnected a client that did not read its answer of {Bytes} bytes within {Seconds:0.###} seconds.")]
    private partial void LogNotRead(int bytes, double seconds);
}
