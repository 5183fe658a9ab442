namespace Panoptes.Server.Models;

/// <summary>The use of a loaded model, until it is disposed.</summary>
internal sealed class ModelLease(string name, LoadedModel model) : IDisposable
{
    private LoadedModel? _model = model;

    /// <summary>The model's name.</summary>
    public string Name => name;

    /// <summary>The model.</summary>
    public LoadedModel Model => _model ?? throw new ObjectDisposedException(nameof(ModelLease));

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref _model, null)?.Leave();
}
