using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>From a network's raw outputs to masks: one for each method.</summary>
internal interface IMaskDecoder
{
    /// <summary>Decodes the masks of one image's detections.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="image">Index of the image in the batch.</param>
    /// <param name="detections">Detections of the image, after suppression.</param>
    /// <param name="cancellationToken">Stops between instances.</param>
    /// <returns>A mask at the image's own size for each detection, in order.</returns>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    Rle[] Decode(
        NetworkOutput output,
        NetworkInput input,
        int image,
        IReadOnlyList<Candidate> detections,
        CancellationToken cancellationToken = default);
}
