using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference.Ciae;

/// <summary>
/// Segments images whose instances are known, with a model of CIAE: what its embeddings would reach with perfect detections (the oracle of
/// the paper's Table IV). What the network detects is not looked at; scores are 1.
/// </summary>
/// <remarks>It keeps no state between calls, and does not own the network.</remarks>
public sealed class CiaeOracle
{
    private readonly SegmentationPipeline _pipeline;
    private readonly CiaeDecoder _decoder;

    /// <summary>Prepares segmentation with a network.</summary>
    /// <param name="network">The network; it stays the caller's to dispose.</param>
    /// <exception cref="ArgumentException">The model is not a CIAE model.</exception>
    /// <exception cref="InputException">A value of the card is not allowed.</exception>
    public CiaeOracle(INetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _decoder = new CiaeDecoder(network.Card);
        network.Card.Validate();
        _pipeline = new SegmentationPipeline(network, network.Card.Preprocessing);
    }

    /// <summary>Segments images in one batch.</summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="known">The instances of each image.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    /// <exception cref="ArgumentException">There are not as many lists as images, or a mask is not of its image's size.</exception>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public IReadOnlyList<Segmentation> Segment(
        IReadOnlyList<Image> images, IReadOnlyList<IReadOnlyList<KnownInstance>> known, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(known);
        return images.Count == known.Count
            ? _pipeline.Run(images, Decode, cancellationToken)
            : throw new ArgumentException($"{images.Count} images have {known.Count} lists of instances.", nameof(known));

        DecodedImage Decode(NetworkOutput output, NetworkInput input, int place, int image)
        {
            (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) =
                _decoder.DecodeKnown(output, input, place, known[image], cancellationToken);
            return new DecodedImage(instances, panoptic);
        }
    }
}
