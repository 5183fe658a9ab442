namespace Panoptes.Inference;

/// <summary>From a network's raw outputs to what is in one image: each method creates one (<see cref="MethodOptions"/>).</summary>
internal interface IImageDecoder
{
    /// <summary>Decodes one image of a batch.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="index">Index of the image in the batch.</param>
    /// <param name="cancellationToken">Stops between parts of the image.</param>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    DecodedImage Decode(NetworkOutput output, NetworkInput input, int index, CancellationToken cancellationToken = default);
}
