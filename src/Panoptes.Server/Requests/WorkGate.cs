using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Panoptes.Server.Requests;

/// <summary>
/// Lets a few requests work at a time and a bounded number wait, in order. The work has threads of its own, so that it never takes the
/// thread pool from the connections, and the engines find their threads again.
/// </summary>
internal sealed class WorkGate : IDisposable
{
    private const int LongestRetry = 60;

    private readonly ConcurrencyLimiter _limiter;
    private readonly ConcurrentBag<WorkThread> _threads;
    private readonly int _concurrency;
    private readonly int _queueLength;
    private double _averageSeconds = 1;

    public WorkGate(IOptions<PanoptesServerOptions> options)
    {
        (_concurrency, _queueLength) = (options.Value.Concurrency, options.Value.QueueLength);
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _concurrency,
            QueueLimit = _queueLength,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _threads = [.. Enumerable.Range(1, _concurrency).Select(i => new WorkThread($"Panoptes request {i}"))];
    }

    /// <summary>Requests that wait.</summary>
    public long Waiting => _limiter.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Requests in progress.</summary>
    public long Working => _concurrency - (_limiter.GetStatistics()?.CurrentAvailablePermits ?? _concurrency);

    /// <summary>Refuses a request that could not even wait, before its body is read.</summary>
    /// <exception cref="RequestException">The queue is full.</exception>
    public void ThrowIfFull()
    {
        if (Waiting >= _queueLength && Working >= _concurrency) throw Full();
    }

    /// <summary>Waits for a turn and works.</summary>
    /// <param name="work">The work; it is told how long it waited.</param>
    /// <param name="cancellationToken">Ends the waiting, which frees the place, and the work where it can be ended.</param>
    /// <exception cref="RequestException">The queue is full.</exception>
    public async Task<T> RunAsync<T>(Func<TimeSpan, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using RateLimitLease lease = await _limiter.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (!lease.IsAcquired) throw Full();
        if (!_threads.TryTake(out WorkThread? thread)) throw new InvalidOperationException("There is a thread for each permit.");
        try
        {
            long begin = Stopwatch.GetTimestamp();
            TimeSpan wait = Stopwatch.GetElapsedTime(start, begin);
            T result = await thread.Start(() => work(wait, cancellationToken), cancellationToken).ConfigureAwait(false);
            _averageSeconds += 0.1 * (Stopwatch.GetElapsedTime(begin).TotalSeconds - _averageSeconds);
            return result;
        }
        finally
        {
            _threads.Add(thread);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _limiter.Dispose();
        foreach (WorkThread thread in _threads) thread.Dispose();
    }

    private RequestException Full()
    {
        int retry = (int)Math.Clamp(Math.Ceiling(_averageSeconds * (_queueLength + 1) / _concurrency), 1, LongestRetry);
        return new RequestException(429, $"The queue is full ({_queueLength} requests). Try again later.", retry);
    }
}
