namespace Panoptes.Inference;

/// <summary>A trained network: libtorch's or ONNX Runtime's. Decoding its raw outputs is the same for both.</summary>
public interface INetwork : IDisposable
{
    /// <summary>What the model is, and how its outputs are to be read.</summary>
    ModelCard Card { get; }

    /// <summary>Runs the network on a batch.</summary>
    /// <param name="input">The images; still the caller's to dispose.</param>
    /// <param name="cancellationToken">Stops the run where the runtime can be stopped.</param>
    /// <returns>The outputs that <see cref="ModelCard.ListOutputs"/> names, or more, the caller's to dispose.</returns>
    NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default);
}
