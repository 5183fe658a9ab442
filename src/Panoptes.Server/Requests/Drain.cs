using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Panoptes.Server.Requests;

/// <summary>
/// Finishes what was accepted before the application stops: from its first sign of stopping on, requests are refused with 503 and their
/// connections closed, so that no client waits for an answer on one that the server is about to close.
/// </summary>
internal sealed class Drain(IHostApplicationLifetime lifetime, IOptions<PanoptesServerOptions> options) : IHostedLifecycleService
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _accepted;
    private volatile bool _isDraining;

    /// <summary>Whether the application is stopping.</summary>
    public bool IsStopping => _isDraining || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Counts a request until its answer is sent.</summary>
    /// <exception cref="RequestException">The application is stopping.</exception>
    public void Accept(HttpContext context)
    {
        // Whenever the answer begins, the client learns that the connection ends.
        context.Response.OnStarting(() =>
        {
            if (IsStopping) context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        lock (_lock)
        {
            if (IsStopping) throw new RequestException(503, "The service is stopping.", retryAfter: 5);
            _accepted++;
        }

        context.Response.OnCompleted(() =>
        {
            Leave();
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isDraining = true;
            if (_accepted == 0) _idle.TrySetResult();
        }

        await Task.WhenAny(_idle.Task, Task.Delay(options.Value.ShutdownTimeout, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Leave()
    {
        lock (_lock)
        {
            if (--_accepted == 0 && _isDraining) _idle.TrySetResult();
        }
    }
}
