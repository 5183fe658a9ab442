using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Import;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Backbones;
using Panoptes.Training.Tests.Configuration;
using Tensor = Panoptes.Torch.Tensor;

namespace Panoptes.Training.Tests.Import;

/// <summary><c>model.weights: imagenet</c>: the file next to the application, what it demands of a configuration, its features.</summary>
[Collection(TorchCollection.Name)]
public sealed class ImageNetWeightsTests
{
    private static readonly string[] s_small =
    [
        "model.fpn.channels=8", "model.head.channels=8", "model.head.convs=1", "model.head.norm_groups=2", "model.embedmask.mask_convs=1",
        "input.short_side=64", "input.long_side=64", "schedule.iterations=1", "schedule.batch_size=1", "replicas=1",
    ];

    [Fact]
    public void The_file_imported_by_hand_keeps_its_colors()
    {
        using TemporaryFolder folder = new();
        ImportResult result = WeightImport.Run(ImageNetWeights.FilePath, Path.Combine(folder.Path, "backbone.safetensors"));
        Assert.Equal("bgr", result.ChannelOrder);
        Assert.Equal([103.06, 115.9, 123.15], result.Mean);
        Assert.Equal([1, 1, 1], result.Std);
        Assert.Equal(("resnet18_imagenet", 110), (result.Backbone, result.Matched.Count));
    }

    [Fact]
    public void Features_are_those_of_the_original_file_in_ONNX_Runtime()
    {
        const int side = 224; // the file's own
        using TensorScope scope = new();
        TorchRuntime.Seed(3);
        Tensor x = Tensor.Randn([1, 3, side, side]) * 60.0;
        using Network network = new(new BackboneConfig { Type = BackboneType.ResNet18ImageNet });
        LoadReport report = WeightLoader.LoadPart(network, ModelConfig.ImageNet);
        using NoGrad noGrad = new();
        network.Train(false);
        float[] features = network.Backbone.Forward(x)[3].Mean([2, 3]).ToArray<float>();

        using InferenceSession session = new(ImageNetWeights.FilePath);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(
            [NamedOnnxValue.CreateFromTensor(session.InputNames[0], new DenseTensor<float>(x.ToArray<float>(), [1, 3, side, side]))]);
        float[] expected = [.. outputs[0].AsEnumerable<float>()];

        Assert.Equal((110, 0, 0), (report.Loaded, report.Missing.Count, report.Unused.Count));
        Assert.Equal(512, features.Length);
        float scale = expected.Max();
        Assert.True(scale > 0.5);
        Assert.All(features.Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -1e-4 * scale, 1e-4 * scale));
    }

    [Fact]
    public void A_ResNet_18_takes_all_but_the_last_block()
    {
        using Network network = new(new BackboneConfig { Type = BackboneType.ResNet18 });
        LoadReport report = WeightLoader.LoadPart(network, ModelConfig.ImageNet);
        Assert.Equal((100, 0), (report.Loaded, report.Missing.Count));
        Assert.All(report.Unused, name => Assert.StartsWith("layer4.2.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_weights_expect_is_the_default()
    {
        InputConfig input = ConfigLoader.Parse("model: { weights: imagenet, backbone: { type: resnet18_imagenet } }", "mine.yaml").Input;
        Assert.Equal(ChannelOrder.Bgr, input.ChannelOrder);
        Assert.Equal(new ValueList<double>([103.06, 115.9, 123.15]), input.Mean);
        Assert.Equal(new ValueList<double>([1, 1, 1]), input.Std);
        Assert.Equal(new InputConfig(), ConfigLoader.Parse("model: { weights: other.safetensors }", "mine.yaml").Input);
    }

    [Theory]
    [InlineData("input.channel_order=rgb", "argument 'input.channel_order=rgb': input.channel_order: rgb does not fit")]
    [InlineData("input.mean=[1, 2, 3]", "trained with [103.06, 115.9, 123.15]")]
    [InlineData("input.std=[58, 57, 57]", "input.std: [58, 57, 57] does not fit")]
    [InlineData("model.backbone.norm_epsilon=0", "model.backbone.norm_epsilon: 0 does not fit")]
    [InlineData("model.backbone.type=resnet50", "resnet50 has layers that model.weights=imagenet does not hold")]
    [InlineData("model.backbone.base_width=32", "32 channels do not fit")]
    [InlineData("model.backbone.norm=group_norm", "group_norm does not fit")]
    public void What_contradicts_the_weights_is_refused(string setting, string message)
    {
        InputException error = Assert.Throws<InputException>(() => ShippedConfigs.Load("embedmask_slim", ["model.weights=imagenet", setting]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shipped_configuration_trains_from_them()
    {
        using TemporaryFolder folder = new();
        Image image = new(64, 64);
        LabeledImages images = new(["disk"]);
        images.Add(image, [new LabeledObject("disk", Rle.FromPolygon([10, 10, 50, 10, 50, 50, 10, 50], 64, 64))]);
        PanoptesConfig config = ShippedConfigs.Load("embedmask_slim", s_small);
        config = config with { Data = new DataConfig { Train = images.Save(Path.Combine(folder.Path, "data")), Workers = 1 } };
        PanoptesTrainer trainer = new(config, new TrainerOptions { Output = Path.Combine(folder.Path, "run"), Report = null });

        TrainingOutcome outcome = await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, outcome.Iteration);
        using Segmenter segmenter = Segmenter.Load(outcome.Model);
        Assert.Equal(ChannelOrder.Bgr, segmenter.Card.Preprocessing.ChannelOrder);
        using WeightFile weights = ImageNetWeights.Open();
        using WeightFile trained = new SafetensorsWeights(WeightLoader.Open(outcome.Model));
        using TensorScope scope = new();
        Assert.Equal(weights.Load("conv1.weight").ToArray<float>(), trained.Load("backbone.conv1.weight").ToArray<float>());
    }

    /// <summary>A backbone where networks keep it.</summary>
    private sealed class Network : Module
    {
        public Network(BackboneConfig config) => Backbone = Child("backbone", new ResNet(config));

        public ResNet Backbone { get; }
    }
}
