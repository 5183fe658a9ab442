using Panoptes.Inference;

namespace Panoptes.Training.Export.Quantization;

/// <summary>A network that keeps copies of what it is given, just as a segmenter prepares it.</summary>
/// <param name="network">The network that runs; it stays its owner's to dispose.</param>
internal sealed class InputCapture(INetwork network) : INetwork
{
    /// <summary>The inputs so far.</summary>
    public List<CapturedInput> Inputs { get; } = [];

    /// <inheritdoc/>
    public ModelCard Card => network.Card;

    /// <inheritdoc/>
    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        Inputs.Add(new CapturedInput([.. input.Images], input.Width, input.Height, input.Data.ToArray()));
        return network.Run(input, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
