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

/// <summary>Exported networks, run by ONNX Runtime, against the same networks run by libtorch.</summary>
[Collection(TorchCollection.Name)]
public sealed class OnnxExportTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const string Backbone = "model.backbone.";
    private const string Mask = "model.embedmask.";

    private static readonly string[] s_semantic =
        ["model.semantic.enabled=true", "model.semantic.channels=8", "model.semantic.norm_groups=2"];

    private readonly TemporaryFolder _folder = new();

    private string OnnxPath => Path.Combine(_folder.Path, "model.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("channels_last=false")]
    [InlineData("precision=bf16")]
    [InlineData(Backbone + "norm=batch_norm", "model.fpn.norm=group_norm", "model.fpn.norm_groups=2")]
    [InlineData(Backbone + "norm=frozen_batch_norm", "model.head.norm=none")]
    [InlineData(Backbone + "type=resnet50", Backbone + "stride_in_1x1=true")]
    [InlineData(Backbone + "type=resnext101_32x8d", Backbone + "base_width=8")]
    [InlineData("model.head.deformable=v1", Backbone + "deformable.version=v2", Backbone + "deformable.stages=[3, 5]")]
    [InlineData("model.head.deformable=v2", Backbone + "deformable.version=v1", Backbone + "norm=frozen_batch_norm")]
    [InlineData("model.head.share_tower=true", "model.fcos.centerness_on_regression=false")]
    [InlineData(Mask + "loss=hinge")]
    [InlineData(Mask + "margin.source=constant")]
    [InlineData(Mask + "cluster_center=pixel", Mask + "mask_convs=0")]
    [InlineData(
        Mask + "margin.source=tower", Mask + "margin.dims=per_dim", Mask + "add_coordinates=true", Mask + "embedding_reduce_factor=2")]
    [InlineData(Mask + "margin.source=tower", Mask + "margin.dims=per_dim", Mask + "margin.level_scales=true")]
    public void EmbedMask_computes_the_same(params string[] settings) => Compare(TinyModel.Config(settings), stuff: 0);

    [Fact]
    public void EmbedMask_with_a_semantic_head_computes_the_same() => Compare(TinyModel.Config(s_semantic), TinyCiae.Stuff);

    [Theory]
    [InlineData(TinyMEInst.Prefix + "large_kernel=7")]
    [InlineData(TinyMEInst.Prefix + "encoding=none")]
    public void MEInst_computes_the_same(params string[] settings) => Compare(TinyMEInst.Config(settings), stuff: 0);

    [Theory]
    [InlineData("model.semantic.enabled=true")]
    [InlineData(TinyCiae.Prefix + "coord_conv=false", TinyCiae.Prefix + "box_embedding=false")]
    [InlineData(
        TinyCiae.Prefix + "merge_detector=true", TinyCiae.Prefix + "things=specific", TinyCiae.Prefix + "category_source=embedding")]
    public void Ciae_computes_the_same(params string[] settings) => Compare(TinyCiae.Config(settings), TinyCiae.Stuff);

    [Fact]
    public void Weights_of_16_bits_halve_the_file_and_are_rounded()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        PanoptesConfig config = TinyModel.Config("model.fpn.channels=64", "model.head.channels=64");
        TorchRuntime.Seed(3);
        ModelCard card = ModelCards.Create(config, [.. Enumerable.Range(1, TinyModel.Classes).Select(i => new ModelClass($"class {i}", i))]);
        using TorchNetwork network = new(ModelFactory.Create(config, card), card, Device.Cpu, config.ChannelsLast);
        ShakenWeights.Shake(network.Model);
        OnnxExport.Write(OnnxPath, network, cancellationToken: TestContext.Current.CancellationToken);
        long whole = new FileInfo(OnnxPath).Length;
        OnnxExport.Write(OnnxPath, network, ExportPrecision.Fp16, TestContext.Current.CancellationToken);
        Assert.InRange(new FileInfo(OnnxPath).Length, whole * 0.4, whole * 0.6);
        using (OnnxNetwork exported = OnnxNetwork.Load(OnnxPath))
        {
            Assert.InRange(NetworkComparison.LargestDifference(network, exported, (1, 64, 96)), 1e-6, 0.02);
        }

        // With weights that 16 bits hold exactly nothing changes; a tensor beyond their range stays in 32.
        using (TensorScope scope = new())
        using (NoGrad noGrad = new())
        {
            foreach ((_, Tensor value) in network.Model.State())
            {
                if (value.DType == DType.Float32)
                {
                    value.CopyInPlace(value.To(DType.Float16).To(DType.Float32));
                }
            }

            Assert.False(OnnxConstant.FitsHalf(Tensor.From<float>([1, 65536])));
            Assert.False(OnnxConstant.FitsHalf(Tensor.From<float>([1, float.NaN])));
            Assert.True(OnnxConstant.FitsHalf(Tensor.From<float>([1, -65504])));
        }

        OnnxExport.Write(OnnxPath, network, ExportPrecision.Fp16, TestContext.Current.CancellationToken);
        using (OnnxNetwork exported = OnnxNetwork.Load(OnnxPath))
        {
            Assert.InRange(NetworkComparison.LargestDifference(network, exported, (1, 64, 96)), 0, Tolerance);
        }
    }

    private void Compare(PanoptesConfig config, int stuff)
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        TorchRuntime.Seed(3);
        ModelClass[] classes = [.. Enumerable.Range(1, TinyModel.Classes).Select(i => new ModelClass($"class {i}", i))];
        ModelClass[] stuffClasses = [.. Enumerable.Range(10, stuff).Select(i => new ModelClass($"stuff {i}", i) { IsThing = false })];
        bool hasCodec = config.Model.Method == Method.MEInst;
        ModelCard card = ModelCards.Create(config, classes, hasCodec ? TinyMEInst.Options(config) : null, stuffClasses);
        using TrainableModel model = ModelFactory.Create(config, card);
        ShakenWeights.Shake(model);
        string path = Path.Combine(_folder.Path, "model.safetensors");
        ModelFile.Save(path, model, card);

        using TorchNetwork network = ModelFile.Load(path, precision: Precision.Fp32);
        OnnxExport.Write(OnnxPath, network, cancellationToken: TestContext.Current.CancellationToken);
        using OnnxNetwork exported = OnnxNetwork.Load(OnnxPath);
        Assert.Equal(card.ToJson(), exported.Card.ToJson());
        double difference = NetworkComparison.LargestDifference(network, exported, (1, 64, 96), (2, 32, 32), (1, 160, 224), (3, 96, 64));
        Assert.InRange(difference, 0, Tolerance);
        Assert.True(Directory.GetFiles(_folder.Path).Length == 2, "nothing is left next to the files");
        OneDoorOpensBoth(path);
    }

    // A few scores lie within a rounding of the threshold: what one engine finds, the other may just miss.
    private void OneDoorOpensBoth(string path)
    {
        using Segmenter trained = Segmenter.Load(path), exported = Segmenter.Load(OnnxPath);
        using FileStream stream = File.OpenRead(path);
        using Segmenter streamed = Segmenter.Load(stream);
        Image image = new(96, 64);
        new Random(1).NextBytes(image.Pixels);

        Segmentation expected = trained.Segment(image, TestContext.Current.CancellationToken);

        Assert.Equal(expected.Instances, streamed.Segment(image, TestContext.Current.CancellationToken).Instances);
        float best = expected.Instances.Select(i => i.Score).DefaultIfEmpty().Max();
        float other = exported.Segment(image, TestContext.Current.CancellationToken).Instances.Select(i => i.Score).DefaultIfEmpty().Max();
        Assert.Equal(best, other, 1e-2);
    }
}
