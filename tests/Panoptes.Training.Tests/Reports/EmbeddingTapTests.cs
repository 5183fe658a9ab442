using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Training.Reports;

namespace Panoptes.Training.Tests.Reports;

public class EmbeddingTapTests
{
    private static readonly ModelCard s_card = new() { MethodOptions = new EmbedMaskOptions(), Classes = [new("thing", 1)] };

    private sealed class FakeNetwork(Dictionary<string, FeatureMap> maps) : INetwork
    {
        public ModelCard Card => s_card;

        public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default) => new(maps);

        public void Dispose()
        {
        }
    }

    /// <summary>[1, 2, 4, 4]; the image covers the left 3 columns of the upper 2 rows.</summary>
    private static FeatureMap Map(float padding) => new(
        (float[])
        [
            1, 1, -1, padding,
            1, 1, -1, padding,
            padding, padding, padding, padding,
            padding, padding, padding, padding,
            0, 0, 0, 0,
            0, 0, 0, 0,
            0, 0, 0, 0,
            0, 0, 0, 0,
        ],
        batch: 1,
        channels: 2,
        height: 4,
        width: 4);

    private static Image Look(Dictionary<string, FeatureMap> maps)
    {
        EmbeddingTap tap = new(new FakeNetwork(maps));
        using NetworkInput input = new([new InputImage(48, 32, 24, 16)], width: 32, height: 32);
        using NetworkOutput output = tap.Run(input, TestContext.Current.CancellationToken);
        return tap.Last!;
    }

    [Fact]
    public void The_image_is_of_its_own_size_and_one_color_stands_for_one_embedding()
    {
        Image seen = Look(new() { [EmbedMaskOutputs.PixelEmbedding] = Map(0) });
        Assert.Equal((48, 32), (seen.Width, seen.Height));
        Assert.True(seen.Row(16)[..12].SequenceEqual(seen.Row(3)[..12]));
        Assert.False(seen.Row(16)[..3].SequenceEqual(seen.Row(16)[^3..]));
    }

    [Fact]
    public void What_lies_in_the_padding_takes_no_colors_away()
    {
        Image quiet = Look(new() { [EmbedMaskOutputs.PixelEmbedding] = Map(0) });
        Image loud = Look(new() { [EmbedMaskOutputs.PixelEmbedding] = Map(1000) });
        Assert.True(quiet.Pixels.SequenceEqual(loud.Pixels));
    }

    [Fact]
    public void A_network_without_embeddings_gives_no_image() => Assert.Null(Look([]));
}
