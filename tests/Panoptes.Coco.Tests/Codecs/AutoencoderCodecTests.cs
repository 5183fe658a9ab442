using Panoptes.Coco.Codecs;
using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Codecs;

public sealed class AutoencoderCodecTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-codec").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>y = L x + O relu(H x + h) + b with two inputs, three hidden units and one output, by hand.</summary>
    [Fact]
    public void A_map_is_linear_with_a_correction()
    {
        // H x + h = (2·1 − 1·3, 2·2 + 1·1 − 9, 2·0 + 1·1 + 1) = (−1, −4, 2); L x = 2·10 + 1·20.
        ResidualMap map = new([10, 20], [1, 2, 0, -3, 1, 1], [0, -9, 1], [100, 200, 300], [5]);
        float[] y = new float[1];
        map.Apply([2, 1], y);
        Assert.Equal((2, 3, 1), (map.Inputs, map.Hidden, map.Outputs));
        Assert.Equal([40 + (2 * 300) + 5f], y);
    }

    [Fact]
    public void Normalized_outputs_that_are_restored_are_the_same()
    {
        Random random = new(4);
        (ResidualMap encoder, ResidualMap decoder) = (Map(random, 9, 5, 3), Map(random, 3, 5, 9));
        (double[] mean, double[] deviation) = ([0.5, -2, 7], [0.25, 3, 1]);
        float[] x = Numbers(random, 9);
        float[] code = new float[3];
        float[] back = new float[9];
        encoder.Apply(x, code);
        decoder.Apply(code, back);

        float[] normalized = new float[3];
        float[] restored = new float[9];
        encoder.NormalizeOutputs(mean, deviation).Apply(x, normalized);
        decoder.RestoreInputs(mean, deviation).Apply(normalized, restored);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal((code[i] - mean[i]) / deviation[i], normalized[i], 1e-4));
        Assert.All(back.Zip(restored), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    /// <summary>The same in PyTorch's words.</summary>
    [Fact]
    public void Codes_and_masks_equal_pytorchs()
    {
        TorchOracle.SkipUnlessAvailable();
        Random random = new(7);
        AutoencoderCodec codec = Create(random, size: 12, dimension: 7, hidden: 20);
        byte[] mask = [.. Enumerable.Range(0, 144).Select(_ => (byte)random.Next(2))];
        float[] code = new float[7];
        float[] pixels = new float[144];
        codec.Encode(mask, code);
        codec.Decode(code, pixels);

        float[] numbers = [.. mask.Select(m => (float)m), .. codec.Mean, .. Flat(codec.Encoder), .. Flat(codec.Decoder)];
        double[] expected = TorchOracle.Run<double>("""
            p, d, h = 144, 7, 20
            parts = [p, p, p * d, p * h, h, h * d, d, d * p, d * h, h, h * p, p]
            mask, mean, el, eh, ehb, eo, eb, dl, dh, dhb, do, db = torch.as_tensor(values).double().split(parts)
            x = (mask - mean)[None]
            v = x @ el.view(p, d) + F.relu(x @ eh.view(p, h) + ehb) @ eo.view(h, d) + eb
            u = v @ dl.view(d, p) + F.relu(v @ dh.view(d, h) + dhb) @ do.view(h, p) + db
            result = torch.cat([v[0], torch.sigmoid(u[0])]).numpy()
            """, numbers);
        Assert.All(expected.Zip([.. code, .. pixels]), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public void It_travels_in_a_file_and_in_a_card_bit_by_bit()
    {
        AutoencoderCodec codec = Create(new Random(5), size: 6, dimension: 4, hidden: 9);
        string path = Path.Combine(_folder, "codec.safetensors");
        CodecFile.Save(path, codec);
        ModelCard card = new()
        {
            Classes = [new("a", 1), new("b", 2)],
            MethodOptions = new MEInstOptions { Size = 6, Codec = codec },
        };
        MaskCodec[] all = [codec, CodecFile.Load(path), ((MEInstOptions)ModelCard.Parse(card.ToJson()).MethodOptions).Codec!];
        byte[] mask = [.. Enumerable.Range(0, 36).Select(i => (byte)(i % 5 > 1 ? 1 : 0))];
        float[][] results = [.. all.Select(one =>
        {
            Assert.Equal((6, 4, 9, null), (one.Size, one.Dimension, Assert.IsType<AutoencoderCodec>(one).Hidden, one.Classes));
            float[] code = new float[4];
            float[] pixels = new float[36];
            one.Encode(mask, code);
            one.Decode(code, pixels);
            return code.Concat(pixels).ToArray();
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
        Assert.Equal(4, ((MEInstOptions)card.MethodOptions).Dimension);

        string cut = card.ToJson().Replace("\"hidden\":9", "\"hidden\":8", StringComparison.Ordinal);
        InputException error = Assert.Throws<InputException>(() => ModelCard.Parse(cut));
        Assert.Contains("encoder.hidden_weight are 324 numbers; 288 were expected", error.Message);
    }

    /// <summary>A codec that returns a constant: what it loses can be counted.</summary>
    [Fact]
    public void Its_point_of_the_curve_counts_pixels_and_their_squared_distance()
    {
        byte[][] squares = [[1, 1, 0, 0], [1, 0, 0, 0]];
        CocoAnnotation[] annotations = [.. squares.Select((s, i) => new CocoAnnotation(
            i + 1, 1, 1, new BoxXywh(0, 0, 2, 2), 1, IsCrowd: false, CocoSegmentation.FromRle(Rle.FromMask(s, 2, 2))))];
        MaskSet masks = MaskSet.Of(InstanceDataset.Create([new CocoImage(1, "a.png", 2, 2)], [new CocoCategory(1, "thing")], annotations), 2);

        // Probabilities 0.75, 0.25, 0.25, 0.25: the first pixel alone is foreground.
        float logit = MathF.Log(3);
        AutoencoderCodec codec = new(
            2,
            [1, 0.5f, 0, 0],
            new([0, 0, 0, 0], [0, 0, 0, 0], [0], [0], [0]),
            new([0, 0, 0, 0], [0], [0], [0, 0, 0, 0], [logit, -logit, -logit, -logit]));
        CodecCurvePoint point = CodecCurve.Measure(codec, masks, TestContext.Current.CancellationToken);
        Assert.Equal(1, point.Dimension);
        Assert.Equal(((2.0 / 3) + (5.0 / 6)) / 2, point.MeanIoU, 1e-9);
        Assert.Equal((0.5 + 1) / 2, point.MaskIoU, 1e-9);

        // Squared distances: 9/16 once and 1/16 seven times; from their mean 1/4 twice.
        Assert.Equal(((9 / 16.0) + (7 / 16.0)) / (2 / 4.0), point.LostVariance, 1e-6);
    }

    private static AutoencoderCodec Create(Random random, int size, int dimension, int hidden) => new(
        size,
        [.. Enumerable.Range(0, size * size).Select(_ => random.NextSingle())],
        Map(random, size * size, hidden, dimension),
        Map(random, dimension, hidden, size * size));

    private static ResidualMap Map(Random random, int inputs, int hidden, int outputs) => new(
        Numbers(random, inputs * outputs),
        Numbers(random, inputs * hidden),
        Numbers(random, hidden),
        Numbers(random, hidden * outputs),
        Numbers(random, outputs));

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 2)];

    private static IEnumerable<float> Flat(ResidualMap map) =>
        [.. map.Linear, .. map.HiddenWeight, .. map.HiddenBias, .. map.OutputWeight, .. map.Bias];
}
