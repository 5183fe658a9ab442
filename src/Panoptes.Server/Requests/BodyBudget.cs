using Microsoft.Extensions.Options;

namespace Panoptes.Server.Requests;

/// <summary>The memory that the bodies of all requests may take together.</summary>
internal sealed class BodyBudget(IOptions<PanoptesServerOptions> options)
{
    private readonly long _most = options.Value.MaxBufferedBytes;
    private long _used;

    /// <summary>Bytes that are taken.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes memory.</summary>
    /// <exception cref="RequestException">There is too little left.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= _most) return;
        Interlocked.Add(ref _used, -bytes);
        throw new RequestException(429, "The service holds as many bytes of request bodies as it is allowed to. Try again later.", retryAfter: 1);
    }

    /// <summary>Gives memory back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
