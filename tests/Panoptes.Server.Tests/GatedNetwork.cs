using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Server.Tests;

/// <summary>A network that works when it is told to, and counts.</summary>
internal sealed class GatedNetwork(string path) : INetwork
{
    private readonly OnnxNetwork _network = OnnxNetwork.Load(path);
    private int _started;

    /// <summary>Each release lets one image through.</summary>
    public SemaphoreSlim Gate { get; } = new(0);

    /// <summary>Images that the network was given.</summary>
    public int Started => Volatile.Read(ref _started);

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>What it throws instead of working; null for nothing.</summary>
    public Exception? Failure { get; init; }

    public ModelCard Card => _network.Card;

    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _started);
        if (Failure is not null) throw Failure;
        Gate.Wait(cancellationToken);
        return _network.Run(input, cancellationToken);
    }

    public void Dispose()
    {
        IsDisposed = true;
        _network.Dispose();
    }
}
