namespace Panoptes.Server.Models;

/// <summary>The use of a loaded model, until it is disposed.</summary>
/// <param name="name">The model's name.</param>
/// <param name="model">The model; its use has begun.</param>
/// <param name="left">Told once the use has ended.</param>
internal sealed class ModelLease(string name, LoadedModel model, Action left) : IDisposable
{
    private LoadedModel? _model = model;

    /// <summary>The model's name.</summary>
    public string Name => name;

    /// <summary>The model.</summary>
    public LoadedModel Model => _model ?? throw new ObjectDisposedException(nameof(ModelLease));

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _model, null) is not { } used) return;
        used.Leave();
        left();
    }
}
