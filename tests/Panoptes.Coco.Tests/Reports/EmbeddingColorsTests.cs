using System.Runtime.InteropServices;
using Panoptes.Coco.Reports;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Coco.Tests.Reports;

public sealed class EmbeddingColorsTests(Pillow pillow) : IClassFixture<Pillow>
{
    [Fact]
    public void Colors_are_the_three_principal_components()
    {
        pillow.SkipUnlessAvailable();
        const int D = 9, H = 20, W = 30;
        byte[] map = pillow.Run($"""
            rng = np.random.default_rng(3)
            m = rng.normal(size=({D}, {D})) @ (rng.normal(size=({D}, {H} * {W})) * np.linspace(5, 0.1, {D})[:, None]) + 7
            result = m.astype('<f4').tobytes()
            """);
        byte[] expected = pillow.Run($"""
            m = np.frombuffer(data, '<f4').reshape({D}, -1).astype(float)
            m = m - m.mean(1, keepdims=True)
            values, vectors = np.linalg.eigh(m @ m.T / m.shape[1])
            v = vectors[:, ::-1][:, :3]
            v = v * np.sign(v[np.abs(v).argmax(0), range(3)])
            p = v.T @ m; n = p.shape[1] - 1; s = np.sort(p, 1)
            low, high = s[:, [int(0.01 * n)]], s[:, [int(np.ceil(0.99 * n))]]
            result = np.clip((p - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8).T.tobytes()
            """, map);
        Image image = EmbeddingColors.Render(MemoryMarshal.Cast<byte, float>(map), D, H, W);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(image.Pixels[i], expected[i] - 1, expected[i] + 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Components_that_do_not_exist_are_gray(int dimension)
    {
        float[] map = new float[dimension * 100];
        Random random = new(1);
        for (int i = 0; i < map.Length; i++)
            map[i] = random.NextSingle();
        Image image = EmbeddingColors.Render(map, dimension, 10, 10);
        for (int channel = 0; channel < 3; channel++)
            Assert.Equal(channel >= dimension, Enumerable.Range(0, 100).All(i => image.Pixels[(3 * i) + channel] == 128));
    }

    [Fact]
    public void Pixels_that_are_not_finite_are_black_and_do_not_disturb_the_others()
    {
        float[] map = new float[4 * 64];
        for (int i = 0; i < map.Length; i++)
            map[i] = MathF.Sin(i * i);
        Image clean = EmbeddingColors.Render(map, 4, 8, 8);
        map[5] = float.NaN;
        map[64 + 6] = float.PositiveInfinity;
        Image image = EmbeddingColors.Render(map, 4, 8, 8);
        Assert.Equal(new byte[6], image.Pixels.Slice(15, 6).ToArray());
        Assert.NotEqual(new byte[6], clean.Pixels.Slice(15, 6).ToArray());
        Assert.True(image.Pixels.ToArray().Distinct().Count() > 30);
    }

    [Fact]
    public void A_constant_map_is_gray_and_a_wrong_length_is_refused()
    {
        Assert.Equal(-1, EmbeddingColors.Render(new float[50], 2, 5, 5).Pixels.IndexOfAnyExcept((byte)128));
        Assert.Throws<ArgumentException>(() => EmbeddingColors.Render(new float[51], 2, 5, 5));
    }

    [Fact]
    public void A_networks_embedding_is_drawn_without_its_padding_and_at_the_images_size()
    {
        // The left half of the image is one embedding, the right another; the padding would be a third.
        using NetworkInput input = new([new InputImage(32, 32, 64, 64), new InputImage(48, 24, 64, 32)], 96, 64);
        float[] map = new float[2 * 3 * 16 * 24];
        for (int i = 0; i < map.Length; i++)
        {
            (int channel, int x, int y) = (i / (16 * 24) % 3, i % 24, i / 24 % 16);
            map[i] = x >= 16 || y >= (i < map.Length / 2 ? 16 : 8) ? 50 * (channel == 2 ? 1 : 0) : channel == (x < 8 ? 0 : 1) ? 1 + x : 0;
        }

        using FeatureMap embedding = new(map, 2, 3, 16, 24);
        foreach (bool directions in new[] { false, true })
        {
            Image first = EmbeddingColors.Render(embedding, input, 0, directions);
            Image second = EmbeddingColors.Render(embedding, input, 1, directions);

            Assert.Equal((32, 32, 48, 24), (first.Width, first.Height, second.Width, second.Height));
            int shades = first.Row(16)[..42].ToArray().Chunk(3).Select(p => (p[0], p[1], p[2])).Distinct().Count();
            Assert.Equal(directions, shades == 1); // lengths do not count
            Assert.NotEqual(first.Row(16)[..3].ToArray(), first.Row(16)[^3..].ToArray());
        }
    }
}
