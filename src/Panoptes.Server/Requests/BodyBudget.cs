using Microsoft.Extensions.Options;

namespace Panoptes.Server.Requests;

/// <summary>The memory that the bodies of all requests and of all answers may take together.</summary>
internal sealed class BodyBudget(IOptions<PanoptesServerOptions> options)
{
    private readonly Lock _lock = new();
    private readonly long _most = options.Value.MaxBufferedBytes;
    private long _used;
    private int _answers;

    /// <summary>Bytes that are taken.</summary>
    public long Used
    {
        get
        {
            lock (_lock) return _used;
        }
    }

    /// <summary>Takes memory for a request.</summary>
    /// <exception cref="RequestException">There is too little left.</exception>
    public void Take(long bytes)
    {
        lock (_lock)
        {
            if (_used + bytes > _most) throw Full();
            _used += bytes;
        }
    }

    /// <summary>Gives memory of a request back.</summary>
    public void Return(long bytes)
    {
        lock (_lock) _used -= bytes;
    }

    /// <summary>
    /// Takes memory for an answer. The only answer there is may exceed the limit: to try again would not help where it is larger.
    /// </summary>
    /// <exception cref="RequestException">There is too little left.</exception>
    public void TakeForAnswer(long bytes)
    {
        lock (_lock)
        {
            if (_answers > 0 && _used + bytes > _most) throw Full();
            _answers++;
            _used += bytes;
        }
    }

    /// <summary>Gives memory of an answer back.</summary>
    public void ReturnAnswer(long bytes)
    {
        lock (_lock)
        {
            _answers--;
            _used -= bytes;
        }
    }

    private static RequestException Full() => new(
        429, "The service holds as many bytes of requests and answers as it is allowed to. Try again later.", retryAfter: 1);
}
