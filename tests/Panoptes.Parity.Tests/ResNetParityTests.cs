using System.Text;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Parity.Tests;

/// <summary>Backbones against torchvision's, whose weights come through a file under torchvision's names.</summary>
public sealed class ResNetParityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-parity-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("resnet18", BackboneType.ResNet18, false)]
    [InlineData("resnet34", BackboneType.ResNet34, false)]
    [InlineData("resnet50", BackboneType.ResNet50, false)]
    [InlineData("resnet50", BackboneType.ResNet50, true)]
    [InlineData("resnet101", BackboneType.ResNet101, false)]
    [InlineData("resnext101_32x8d", BackboneType.ResNext101x32x8d, false)]
    [InlineData("resnext101_64x4d", BackboneType.ResNext101x64x4d, false)]
    public void Stages_agree_with_torchvision(string name, BackboneType type, bool strideIn1x1)
    {
        using TensorScope scope = new();
        BackboneConfig config = new() { Type = type, StrideIn1x1 = strideIn1x1, FrozenStages = 0 };
        (Tensor x, string path, IReadOnlyDictionary<string, OracleArray> expected) = Reference(name, config);

        // Frozen and trainable normalization say the same while predicting; trainable once more while training, but for the deepest:
        // a hundred layers with statistics of a few values each make more of float32's rounding than is allowed here.
        foreach (BackboneNorm norm in new[] { BackboneNorm.FrozenBatchNorm, BackboneNorm.BatchNorm })
        {
            using Network network = Load(config with { Norm = norm }, path);
            using NoGrad noGrad = new();
            network.Train(norm == BackboneNorm.FrozenBatchNorm);
            AssertStages(expected, "eval", network.Backbone.Forward(x));
            if (norm == BackboneNorm.BatchNorm && !name.Contains("101", StringComparison.Ordinal))
            {
                network.Train();
                AssertStages(expected, "train", network.Backbone.Forward(x));
                Assert.All(
                    network.Backbone.Buffers(),
                    buffer => expected[$"state:{buffer.Name}"].AssertClose(buffer.Value, 1e-4));
            }
        }
    }

    [Theory]
    [InlineData("resnet18", BackboneType.ResNet18, DeformableVersion.V2, new[] { 3, 4, 5 }, false)]
    [InlineData("resnet50", BackboneType.ResNet50, DeformableVersion.V1, new[] { 3, 4, 5 }, false)]
    [InlineData("resnet50", BackboneType.ResNet50, DeformableVersion.V2, new[] { 2, 5 }, true)]
    [InlineData("resnext101_32x8d", BackboneType.ResNext101x32x8d, DeformableVersion.V2, new[] { 4, 5 }, false)]
    public void Deformable_stages_agree_with_torchvisions_operator(
        string name, BackboneType type, DeformableVersion version, int[] stages, bool strideIn1x1)
    {
        using TensorScope scope = new();
        BackboneConfig config = new()
        {
            Type = type,
            StrideIn1x1 = strideIn1x1,
            FrozenStages = 0,
            Deformable = new() { Version = version, Stages = [.. stages] },
        };
        (Tensor x, string path, IReadOnlyDictionary<string, OracleArray> expected) = Reference(name, config);
        foreach (BackboneNorm norm in new[] { BackboneNorm.FrozenBatchNorm, BackboneNorm.BatchNorm })
        {
            using Network network = Load(config with { Norm = norm }, path);
            using NoGrad noGrad = new();
            network.Train(norm == BackboneNorm.FrozenBatchNorm);
            AssertStages(expected, "eval", network.Backbone.Forward(x));
            AssertStages(expected, "eval", network.Backbone.Forward(x.To(MemoryFormat.ChannelsLast)));
        }
    }

    [Theory]
    [InlineData("resnet50", BackboneType.ResNet50)]
    [InlineData("resnext101_32x8d", BackboneType.ResNext101x32x8d)]
    [InlineData("resnext101_64x4d", BackboneType.ResNext101x64x4d)]
    public void Names_and_shapes_are_torchvisions(string name, BackboneType type)
    {
        using TensorScope scope = new();
        using ResNet network = new(new BackboneConfig { Type = type });
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            import torchvision
            for key, value in getattr(torchvision.models, bytes(name.tolist()).decode())(weights=None).state_dict().items():
                if not key.startswith('fc.') and not key.endswith('num_batches_tracked'):
                    out[key] = np.array(value.shape, np.int64)
            """,
            ("name", Text(name)));
        Assert.Equal(
            expected.Select(e => $"{e.Key} [{string.Join(", ", e.Value.ToArray<long>())}]").Order(),
            network.State().Select(t => $"{t.Name} [{string.Join(", ", t.Value.Shape.ToArray())}]").Order());
    }

    // Images, the file of torchvision's random weights, and what its network makes of the images.
    private (Tensor X, string Path, IReadOnlyDictionary<string, OracleArray> Expected) Reference(string name, BackboneConfig config)
    {
        PythonOracle.SkipUnlessAvailable();
        TorchRuntime.Seed(7);
        Tensor x = Tensor.Randn([2, 3, 96, 64]);
        string path = Path.Combine(_folder.FullName, "weights.safetensors");
        long[] stages = [.. config.Deformable.Stages.Select(stage => (long)stage)];
        return (x, path, PythonOracle.Run(
            Scripts.Read("resnet"),
            ("name", Text(name)),
            ("path", Text(path)),
            ("x", x.ToOracle()),
            ("stride_in_1x1", config.StrideIn1x1 ? 1 : 0),
            ("version", (int)config.Deformable.Version),
            ("stages", OracleArray.From<long>(stages, [stages.Length]))));
    }

    private static Network Load(BackboneConfig config, string path)
    {
        Network network = new(config);
        LoadReport report = WeightLoader.LoadPart(network, path);
        Assert.Empty(report.Missing);
        Assert.All(report.Unused, unused => Assert.Matches(@"^fc\.|\.num_batches_tracked$", unused));
        return network;
    }

    private static void AssertStages(IReadOnlyDictionary<string, OracleArray> expected, string mode, Tensor[] stages)
    {
        Assert.Equal(4, stages.Length);
        for (int i = 0; i < stages.Length; i++)
        {
            expected[$"{mode}:c{i + 2}"].AssertClose(stages[i], 1e-4);
        }
    }

    private static OracleArray Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return OracleArray.From<byte>(bytes, [bytes.Length]);
    }

    /// <summary>A backbone where networks keep it.</summary>
    private sealed class Network : Module
    {
        public Network(BackboneConfig config) => Backbone = Child("backbone", new ResNet(config));

        public ResNet Backbone { get; }
    }
}
