using Panoptes.Coco.Reports;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Training.Models;

namespace Panoptes.Training.Reports;

/// <summary>Looks at the pixel embeddings that pass by on their way to the decoder, and paints them.</summary>
/// <param name="network">The network.</param>
internal sealed class EmbeddingTap(INetwork network) : INetwork
{
    /// <summary>
    /// The embeddings of the last batch's first image, a color for each, at the image's own size; null where the network has none.
    /// </summary>
    public Image? Last { get; private set; }

    /// <inheritdoc/>
    public ModelCard Card => network.Card;

    /// <inheritdoc/>
    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        NetworkOutput output = network.Run(input, cancellationToken);
        Last = TrainingMethod.Of(Card.Method).PixelEmbedding is { } embedding && output.TryGet(embedding.Output, out FeatureMap? map)
            ? EmbeddingColors.Render(map, input, index: 0, embedding.Directions)
            : null;
        return output;
    }

    /// <summary>Does nothing: the network is its owner's to dispose.</summary>
    public void Dispose()
    {
    }
}
