using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Training.Export.Quantization;

/// <summary>A network that remembers the values that its maps of features took; see <see cref="OnnxModel.Showing"/>.</summary>
/// <param name="network">The network with these maps as outputs; it stays its owner's to dispose.</param>
/// <param name="values">The names of the maps; the network's input is one of them.</param>
internal sealed class RangeRecorder(INetwork network, IReadOnlyCollection<string> values) : INetwork
{
    private readonly Dictionary<string, ValueRange> _ranges = [];

    /// <summary>What each map held over all images so far.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges => _ranges;

    /// <inheritdoc/>
    public ModelCard Card => network.Card;

    /// <inheritdoc/>
    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        NetworkOutput output = network.Run(input, cancellationToken);
        foreach (string name in values)
        {
            Add(name, name == OnnxNetwork.InputName ? input.Data : output[name].Data);
        }

        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Add(string name, ReadOnlySpan<float> data)
    {
        (float min, float max) = (0, 0);
        foreach (float value in data)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        ValueRange range = new(min, max);
        _ranges[name] = _ranges.TryGetValue(name, out ValueRange known) ? known.Union(range) : range;
    }
}
