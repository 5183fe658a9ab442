using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Training.Reports;

/// <summary>Looks at the pixel embeddings that pass by on their way to the decoder, and paints them: Figure 1 (c) of the EmbedMask paper, 4 and 6 of CIAE's.</summary>
/// <param name="network">The network.</param>
internal sealed class EmbeddingTap(INetwork network) : INetwork
{
    /// <summary>
    /// The embeddings of the last batch's first picture, a colour for each, at the picture's own size; null where the network has none.
    /// </summary>
    public Image? Last { get; private set; }

    /// <inheritdoc/>
    public ModelCard Card => network.Card;

    /// <inheritdoc/>
    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        NetworkOutput output = network.Run(input, cancellationToken);
        Last = output.TryGet(OutputNames.PixelEmbedding, out FeatureMap? map)
            || output.TryGet(OutputNames.CategoryInstanceEmbedding, out map)
            ? Paint(map, input)
            : null;
        return output;
    }

    private static Image Paint(FeatureMap map, NetworkInput input)
    {
        InputPicture picture = input.Pictures[0];
        int width = Covered(map.Width, picture.Width, input.Width);
        int height = Covered(map.Height, picture.Height, input.Height);

        // The padding would take colours away from the picture.
        float[] values = new float[map.Channels * height * width];
        for (int channel = 0; channel < map.Channels; channel++)
        {
            ReadOnlySpan<float> plane = map.Plane(0, channel);
            for (int y = 0; y < height; y++)
            {
                plane.Slice(y * map.Width, width).CopyTo(values.AsSpan(((channel * height) + y) * width));
            }
        }

        return EmbeddingColors.Render(values, map.Channels, height, width).Resize(picture.OriginalWidth, picture.OriginalHeight);
    }

    private static int Covered(int cells, int pixels, int padded) => (int)Math.Ceiling((double)cells * pixels / padded);
}
