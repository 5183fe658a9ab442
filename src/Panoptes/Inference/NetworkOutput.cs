namespace Panoptes.Inference;

/// <summary>The raw outputs of a network by name (<see cref="ModelCard.ListOutputs"/>). Dispose it once it is decoded.</summary>
public sealed class NetworkOutput : IDisposable
{
    private readonly IReadOnlyDictionary<string, FeatureMap> _maps;
    private IDisposable? _owner;

    /// <summary>Gathers the maps.</summary>
    /// <param name="maps">The maps by name; they are disposed with the output.</param>
    /// <param name="owner">What the maps' memory belongs to, disposed after them; null when they own it.</param>
    public NetworkOutput(IReadOnlyDictionary<string, FeatureMap> maps, IDisposable? owner = null)
    {
        ArgumentNullException.ThrowIfNull(maps);
        _maps = maps;
        _owner = owner;
    }

    /// <summary>The names of the outputs.</summary>
    public IEnumerable<string> Names => _maps.Keys;

    /// <summary>One output.</summary>
    /// <param name="name">Its name, for example <c>class_logits_p3</c>.</param>
    /// <exception cref="InvalidOperationException">The network has no such output.</exception>
    public FeatureMap this[string name] => _maps.TryGetValue(name, out FeatureMap? map)
        ? map
        : throw new InvalidOperationException($"The network has no output '{name}'; it has {string.Join(", ", Names.Order())}.");

    /// <summary>Looks for an output that a network may have no.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="map">The output, or null.</param>
    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FeatureMap? map) =>
        _maps.TryGetValue(name, out map);

    /// <summary>Disposes the maps, then their owner.</summary>
    public void Dispose()
    {
        foreach (FeatureMap map in _maps.Values)
        {
            map.Dispose();
        }

        Interlocked.Exchange(ref _owner, null)?.Dispose();
    }
}
