using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Export;
using Panoptes.Training.Models;
using Panoptes.Training.Tests.Configuration;
using Panoptes.Training.Tests.Models;
using Panoptes.Training.Tests.Models.Ciae;
using Panoptes.Training.Tests.Models.MEInst;

namespace Panoptes.Training.Tests.Export;

/// <summary>Networks in 8 bits, run by ONNX Runtime, compared with the same networks in float.</summary>
[Collection(TorchCollection.Name)]
public sealed class Int8ExportTests : IDisposable
{
    private const string Backbone = "model.backbone.";

    private readonly TemporaryFolder _folder = new();

    public Int8ExportTests() => Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string OnnxPath => Path.Combine(_folder.Path, "model.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Backbone + "norm=frozen_batch_norm", "model.head.norm=none")]
    [InlineData(Backbone + "norm=group_norm", Backbone + "norm_groups=2", "model.fpn.norm=group_norm", "model.fpn.norm_groups=2")]
    [InlineData(Backbone + "type=resnet50", Backbone + "norm=batch_norm")]
    [InlineData(Backbone + "type=resnext101_32x8d", Backbone + "base_width=8")]
    [InlineData("model.head.deformable=v2", Backbone + "deformable.version=v1")]
    [InlineData("model.embedmask.cluster_center=pixel", "model.embedmask.mask_convs=0", "model.head.share_tower=true")]
    public void EmbedMask_computes_nearly_the_same(params string[] settings) => Compare(TinyModel.Config(settings), stuff: 0);

    [Fact]
    public void MEInst_computes_nearly_the_same() => Compare(TinyMEInst.Config(), stuff: 0);

    [Theory]
    [InlineData("model.semantic.enabled=true")]
    [InlineData(TinyCiae.Prefix + "coord_conv=false", TinyCiae.Prefix + "box_embedding=false")]
    public void Ciae_computes_nearly_the_same(params string[] settings) => Compare(TinyCiae.Config(settings), TinyCiae.Stuff);

    [Fact]
    public void Layers_can_be_kept_in_float()
    {
        using TorchNetwork network = Create(TinyModel.Config(), stuff: 0);
        IReadOnlyList<string> layers = Int8Export.ListLayers(network);
        Assert.Contains("backbone.layer1.0.conv1", layers);
        Int8Options options = Options() with { KeepFloat = ["backbone.*", layers[^1]] };

        Int8Result result = Int8Export.Write(OnnxPath, network, options, cancellationToken: Token);

        string[] backbone = [.. layers.Where(layer => layer.StartsWith("backbone.", StringComparison.Ordinal))];
        Assert.Equal([.. backbone, layers[^1]], result.KeptFloat);
        Assert.Equal(layers.Count, result.Layers);

        // All in float: the same file as without 8 bits, but for rounding.
        Int8Export.Write(OnnxPath, network, options with { KeepFloat = ["*"] }, cancellationToken: Token);
        using OnnxNetwork exported = OnnxNetwork.Load(OnnxPath);
        Assert.InRange(OnnxExport.LargestDifference(network, exported, (1, 64, 96)), 0, 1e-4);
    }

    [Fact]
    public void A_layer_that_is_not_there_is_told()
    {
        using TorchNetwork network = Create(TinyModel.Config(), stuff: 0);
        InputException error = Assert.Throws<InputException>(() => Int8Export.Write(
            OnnxPath, network, Options() with { KeepFloat = ["backbone.layer9.*"] }, cancellationToken: Token));
        Assert.Contains("no layer is named 'backbone.layer9.*'; there are backbone.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(OnnxPath));
    }

    // Ranges of images without contrast are no use for others: layers go back to float until the masks agree, and a limit that half of them
    // do not keep is refused.
    [Fact]
    public void What_loses_too_much_goes_back_to_float_or_is_refused()
    {
        using TorchNetwork network = Create(TinyModel.Config(), stuff: 0);
        FindMore(network);
        Int8Options options = MisleadingOptions();
        List<string> stages = [];
        Int8Result all = Int8Export.Write(OnnxPath, network, options with { MaxLoss = 1 }, new Stages(stages), Token);
        Assert.Empty(all.KeptFloat);
        Assert.Equal("mask IoU", all.Measure);
        Assert.Equal((1, 4), (all.Float, all.Images));
        Assert.Equal(["calibrate", "measure in float", "measure in 8 bits"], stages);
        File.WriteAllText(OnnxPath, "as it was");

        InputException error = Assert.Throws<InputException>(
            () => Int8Export.Write(OnnxPath, network, options with { MaxLoss = 0 }, cancellationToken: Token));

        Assert.Contains("mask IoU falls from 1.000 to ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Int8Options.MaxLoss", error.Message, StringComparison.Ordinal);
        Assert.Equal("as it was", File.ReadAllText(OnnxPath));

        stages.Clear();
        Int8Result some = Int8Export.Write(OnnxPath, network, options with { MaxLoss = all.Loss * 0.9 }, new Stages(stages), Token);
        Assert.Contains("try layers in 8 bits", stages);
        Assert.Contains("measure with 1 more in float", stages);
        Assert.NotEmpty(some.KeptFloat);
        Assert.InRange(some.Loss, 0, all.Loss * 0.9);
    }

    // A folded normalization leaves the stem's pooling in 8 bits. Where the layer behind it is tried alone, no other map has its range.
    [Fact]
    public void Layers_behind_a_pooling_in_8_bits_are_tried_alone_too()
    {
        using TorchNetwork network = Create(TinyModel.Config(Backbone + "norm=frozen_batch_norm"), stuff: 0);
        FindMore(network);
        Int8Options options = MisleadingOptions() with { MaxLoss = 0 };
        List<string> stages = [];

        InputException error = Assert.Throws<InputException>(
            () => Int8Export.Write(OnnxPath, network, options, new Stages(stages), Token));

        Assert.Contains("mask IoU falls from 1.000 to ", error.Message, StringComparison.Ordinal);
        Assert.Contains("try layers in 8 bits", stages);
        Assert.Contains("measure with 1 more in float", stages);
    }

    // A tenth of all places would be found for sure by chance: enough to compare.
    private static void FindMore(TorchNetwork network)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor bias = network.Model.State().Single(entry => entry.Name.EndsWith("cls_logits.bias", StringComparison.Ordinal)).Value;
        bias.AddInPlace(Tensor.Full(bias.Shape, 4));
    }

    private sealed class Stages(List<string> stages) : IProgress<(string Stage, int Done, int Total)>
    {
        public void Report((string Stage, int Done, int Total) value)
        {
            if (value.Done == value.Total) stages.Add(value.Stage);
        }
    }

    private void Compare(PanoptesConfig config, int stuff)
    {
        using TorchNetwork network = Create(config, stuff);
        Int8Result result = Int8Export.Write(OnnxPath, network, Options(), cancellationToken: Token);
        Assert.Empty(result.KeptFloat);
        Assert.InRange(result.Difference, 0, 1e-4);
        using OnnxNetwork exported = OnnxNetwork.Load(OnnxPath);
        Assert.Equal(network.Card.ToJson(), exported.Card.ToJson());
        string path = Path.Combine(_folder.Path, "float.onnx");
        OnnxExport.Write(path, network, cancellationToken: Token);

        // On an image that ranges were taken from: more than rounding, and not another network.
        double difference = Difference(network, exported, Options().Images[0]);
        Assert.InRange(difference, 1e-5, 0.15);
    }

    // The root of the mean squared difference of all outputs, relative to that of the values.
    private static double Difference(INetwork expected, INetwork actual, string image)
    {
        using Recorder first = new(expected), second = new(actual);
        using Segmenter one = new(first), other = new(second);
        one.Segment(Image.Load(image), Token);
        other.Segment(Image.Load(image), Token);
        double error = 0, power = 0;
        foreach ((string name, float[] values) in first.Maps)
        {
            for (int i = 0; i < values.Length; i++)
            {
                error += Math.Pow(values[i] - second.Maps[name][i], 2);
                power += Math.Pow(values[i], 2);
            }
        }

        return Math.Sqrt(error / power);
    }

    private Int8Options Options() => new()
    {
        Images = [.. Enumerable.Range(0, 4).Select(i => Save($"photo{i}.png", 256, i))],
        CalibrationImages = 2,
        MaxLoss = 1,
    };

    // The two images that ranges come from have less contrast than the others.
    private Int8Options MisleadingOptions() => Options() with
    {
        Images = [.. Enumerable.Range(0, 6).Select(i => Save($"{i}.png", i % 3 == 0 ? 40 : 255, i))],
    };

    private string Save(string name, int contrast, int seed)
    {
        Image image = new(96, 64);
        Random random = new(seed);
        foreach (ref byte value in image.Pixels)
        {
            value = (byte)(128 + (((random.NextDouble() - 0.5) * contrast) is var change && contrast > 0 ? change : 0));
        }

        string path = Path.Combine(_folder.Path, name);
        image.Save(path);
        return path;
    }

    private static TorchNetwork Create(PanoptesConfig config, int stuff)
    {
        TorchRuntime.Seed(3);
        ModelClass[] classes = [.. Enumerable.Range(1, TinyModel.Classes).Select(i => new ModelClass($"class {i}", i))];
        ModelClass[] stuffClasses = [.. Enumerable.Range(10, stuff).Select(i => new ModelClass($"stuff {i}", i) { IsThing = false })];
        bool hasCodec = config.Model.Method == Method.MEInst;
        ModelCard card = ModelCards.Create(config, classes, hasCodec ? TinyMEInst.Options(config) : null, stuffClasses);
        TorchNetwork network = new(ModelFactory.Create(config, card), card, Device.Cpu, config.ChannelsLast);
        ShakenWeights.Shake(network.Model);
        return network;
    }

    private sealed class Recorder(INetwork network) : INetwork
    {
        public Dictionary<string, float[]> Maps { get; } = [];

        public ModelCard Card => network.Card;

        public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
        {
            NetworkOutput output = network.Run(input, cancellationToken);
            foreach (string name in Card.ListOutputs())
            {
                Maps[name] = output[name].Data.ToArray();
            }

            return output;
        }

        public void Dispose()
        {
        }
    }
}
