using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.MEInst;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Models.MEInst;

[Collection(TorchCollection.Name)]
public sealed class MEInstModelTests
{
    private const string MEInst = TinyMEInst.Prefix;

    [Theory]
    [InlineData("paper", 6)]
    [InlineData("more numbers", 11, MEInst + "dimension=11")]
    [InlineData("large kernel", 6, MEInst + "large_kernel=9")]
    [InlineData("implicit encoding", 6, MEInst + "encoding=implicit")]
    [InlineData("without encoding", 64, MEInst + "encoding=none")]
    [InlineData("no tower", 6, MEInst + "mask_convs=0")]
    public void Outputs_have_the_names_and_shapes_that_the_card_promises(string variant, int dimension, params string[] settings)
    {
        PanoptesConfig config = TinyMEInst.Config(settings);
        using MEInstModel model = TinyMEInst.Create(config);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Dictionary<string, Tensor> maps = model.Predict(Tensor.Rand([2, 3, 64, 96])).ToDictionary(m => m.Name, m => m.Map);
        Assert.Equal(20, maps.Count);
        (long, long)[] sizes = [(8, 12), (4, 6), (2, 3), (1, 2), (1, 1)];
        for (int level = 3; level <= 7; level++)
        {
            (long h, long w) = sizes[level - 3];
            Assert.Equal([2, TinyModel.Classes, h, w], maps[$"class_logits_p{level}"].Shape.ToArray());
            Assert.Equal([2, 4, h, w], maps[$"box_p{level}"].Shape.ToArray());
            Assert.Equal([2, 1, h, w], maps[$"centerness_p{level}"].Shape.ToArray());
            Assert.Equal([2, dimension, h, w], maps[$"mask_coefficients_p{level}"].Shape.ToArray());
        }

        ModelCard card = TinyMEInst.Card(config);
        card.Validate();
        MEInstOptions options = Assert.IsType<MEInstOptions>(card.MethodOptions);
        Assert.Equal(dimension, options.Dimension);
        Assert.Equal(variant == "without encoding", options.Codec is null);
        Assert.Equal((true, false), (card.Detection.SqrtScore, card.Detection.ClipBeforeNms));
    }

    [Fact]
    public void Weights_start_as_published()
    {
        PanoptesConfig config = TinyMEInst.Config("model.head.channels=64", "model.fpn.channels=64", MEInst + "large_kernel=9");
        using MEInstModel model = TinyMEInst.Create(config);
        using TensorScope scope = new();
        (string Name, Tensor Value)[] own = [.. model.Parameters().Where(p => p.Name.StartsWith("head.mask_", StringComparison.Ordinal))];
        Assert.Equal(4, own.Count(p => p.Name.StartsWith("head.mask_pred", StringComparison.Ordinal) && p.Value.Rank == 4));
        Assert.All(own.Where(p => p.Value.Rank == 4 && p.Value.Count > 1000),
            p => Assert.Equal(0.01, Math.Sqrt(p.Value.Square().Mean().ToDouble()), 1e-3));
        Assert.All(own.Where(p => p.Name.EndsWith(".bias", StringComparison.Ordinal)),
            p => Assert.All(p.Value.ToArray<float>(), bias => Assert.Equal(0, bias)));
    }

    /// <summary>The reference is one convolution with the whole k x k kernel, which two strips without anything between them are.</summary>
    [Fact]
    public void A_large_kernel_is_the_sum_of_two_separable_ones()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        TorchRuntime.Seed(6);
        using LargeKernel layer = new(3, 2, 5);
        Dictionary<string, Tensor> weights = layer.Parameters().ToDictionary(p => p.Name, p => p.Value);
        foreach ((string name, Tensor value) in weights)
        {
            // A bias in between would meet zeros at the border, which a single convolution cannot say.
            Init.Normal(value, name.Contains("first.bias", StringComparison.Ordinal) ? 0 : 1);
        }

        Tensor x = Tensor.Randn([1, 3, 16, 16]);
        Tensor expected = x.Conv2d(Kernel("column_first", "row_second"), weights["row_second.bias"], [1, 1], [2, 2], [1, 1])
            + x.Conv2d(Kernel("row_first", "column_second"), weights["column_second.bias"], [1, 1], [2, 2], [1, 1]);
        Tensor actual = layer.Forward(x);
        Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());

        // Inside: at the border what lies between two strips is cut off, and a single kernel's is not.
        Tensor difference = (expected - actual).Narrow(2, 4, 8).Narrow(3, 4, 8).Abs().Max();
        Assert.InRange(difference.ToDouble(), 0, 1e-4);

        Tensor Kernel(string first, string second)
        {
            Tensor a = weights[first + ".weight"].Reshape([2, 3 * 5]); // [middle, in · k]
            Tensor b = weights[second + ".weight"].Reshape([2, 2, 5]).Permute([0, 2, 1]).Reshape([2 * 5, 2]); // [out · k, middle]
            Tensor both = b.Matmul(a).Reshape([2, 5, 3, 5]); // [out, second, in, first]
            return first.StartsWith("column", StringComparison.Ordinal) ? both.Permute([0, 2, 3, 1]) : both.Permute([0, 2, 1, 3]);
        }
    }

    [Theory]
    [MemberData(nameof(EmbedMaskModelTests.NamesOfHardBatches), MemberType = typeof(EmbedMaskModelTests))]
    public void Hard_batches_train(string what)
    {
        ObjectRecord[][] images = EmbedMaskModelTests.HardBatches[what];
        string[] settings = ["loss=l2", "loss=cosine", "encoding=implicit", "encoding=none", "large_kernel=3"];
        foreach (string setting in settings)
        {
            PanoptesConfig config = TinyMEInst.Config(MEInst + setting);
            using MEInstModel model = TinyMEInst.Create(config);
            using TensorScope scope = new();
            using Batch batch = TinyModel.Batch(config, images);
            BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
            TinyModel.Total(loss).Backward();
            Assert.Equal(images.Sum(p => p.Length), loss.Objects);
            Assert.All(loss.Terms, t => Assert.True(double.IsFinite(t.Value.ToDouble()), $"{what}, {setting}: {t.Name}"));
            Assert.All(model.Parameters(), p => Assert.True(
                p.Value.Grad is { } gradient && gradient.Isfinite().All().ToDouble() == 1, $"{what}, {setting}: gradient of {p.Name}"));
        }
    }

    [Theory]
    [InlineData(MEInst + "encoding=explicit")]
    [InlineData(MEInst + "encoding=implicit")]
    [InlineData(MEInst + "encoding=none")]
    public void Steps_on_one_batch_learn_its_masks(string setting)
    {
        PanoptesConfig config = TinyMEInst.Config(
            setting, "optimizer.kind=adamw", "optimizer.learning_rate=0.005", "model.fpn.channels=16", "model.head.channels=16");
        using MEInstModel model = TinyMEInst.Create(config);
        using Optimizer optimizer = OptimizerFactory.Create(config.Optimizer, model);
        using Batch batch = TinyModel.Batch(config);
        List<double> losses = [];
        for (int i = 0; i < 120; i++)
        {
            using TensorScope scope = new();
            BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
            losses.Add(loss.Terms[^1].Value.ToDouble());
            TinyModel.Total(loss).Backward();
            optimizer.Step();
            optimizer.ZeroGrad();
        }

        Assert.InRange(losses[^1], 0, losses[0] / 3);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("v1")]
    public void A_saved_model_predicts_the_same_and_brings_its_codec(string deformable)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        PanoptesConfig config = TinyMEInst.Config(
            MEInst + "large_kernel=3", MEInst + "smoothing=random", $"model.head.deformable={deformable}");
        ModelCard card = TinyMEInst.Card(config);
        using MEInstModel model = TinyMEInst.Create(config);
        ModelFile.Save(path, model, card);
        using TorchNetwork loaded = ModelFile.Load(path);
        Assert.Equal(card.ToJson(), loaded.Card.ToJson());

        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor image = Tensor.Randn([1, 3, 64, 64]);
        image.CopyTo(input.Data);
        model.Train(false);
        using NetworkOutput output = loaded.Run(input, TestContext.Current.CancellationToken);
        Assert.All(model.Predict(image), map =>
        {
            float[] values = map.Map.ToArray<float>();
            float scale = MathF.Max(values.Max(MathF.Abs), 1e-3f); // a map of one cell may be near 0 by chance
            Assert.All(values.Zip(output[map.Name].Data.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * scale));
        });

        // What training encodes, the loaded model decodes.
        MaskCodec codec = Assert.IsType<MEInstOptions>(loaded.Card.MethodOptions).Codec!;
        float[] code = new float[6];
        float[] square = new float[64];
        TinyMEInst.Codec(config)!.Encode([.. Enumerable.Range(0, 64).Select(i => (byte)(i % 8 is > 1 and < 6 ? 1 : 0))], code);
        codec.Decode(code, square);
        Assert.True(square[35] > 0.5 && square[32] < 0.5, $"{square[35]}, {square[32]}");
    }

    [Fact]
    public void A_codec_that_does_not_fit_is_refused()
    {
        PanoptesConfig config = TinyMEInst.Config();
        MaskCodec other = TinyMEInst.Fit(new MaskCodecOptions { Size = 8, Dimension = 5 });
        Assert.Contains("needs its mask codec", Refused(config, null));
        Assert.Contains("size 8 and dimension 6 are not those of the codec, 8 and 5", Refused(config, other));
        PanoptesConfig byClass = TinyMEInst.Config(MEInst + "by_class=true");
        Assert.Contains(
            "components for 5 classes, and the data has 7",
            Assert.Throws<InputException>(() => ModelFactory.Create(byClass, 7, TinyMEInst.Options(byClass))).Message);

        static string Refused(PanoptesConfig config, MaskCodec? codec) =>
            Assert.Throws<InputException>(
                () => ModelFactory.Create(config, TinyModel.Classes, new MEInstOptions { Codec = codec })).Message;
    }
}
