using System.Text;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Import;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Parity.Tests;

/// <summary>Files that PyTorch and pickle write, under the names of other programs, imported.</summary>
public sealed class WeightImportParityTests : IDisposable
{
    private const int Width = 4;

    private const string Tiny = """
        model:
          backbone: { type: resnet50, base_width: 4, frozen_stages: 0 }
          fpn: { channels: 8 }
          head: { channels: 8, convs: 1, norm_groups: 2 }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-parity-");

    private string Source => Path.Combine(_folder.FullName, "weights.bin");

    private string Output => Path.Combine(_folder.FullName, "imported.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("zip", WeightSource.Torchvision)]
    [InlineData("legacy", WeightSource.Torchvision)]
    [InlineData("parameters", WeightSource.Torchvision)]
    [InlineData("transformers", WeightSource.Torchvision)]
    public void A_classifier_gives_the_backbone_with_its_features(string kind, WeightSource source)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(7);
        Tensor x = Tensor.Randn([1, 3, 64, 96]);
        IReadOnlyDictionary<string, OracleArray> expected = Write(kind, ("x", x.ToOracle()));

        ImportResult result = WeightImport.Run(Source, Output);

        Assert.Equal((source, "resnet18", false, 100), (result.Source, result.Backbone, result.IsModel, result.Matched.Count));
        Assert.Empty(result.Missing);
        Assert.Empty(result.LeftOver);
        using Network network = new(new BackboneConfig { Type = BackboneType.ResNet18 });
        Assert.Empty(WeightLoader.LoadPart(network, Output).Missing);
        using NoGrad noGrad = new();
        network.Train(false);
        expected["c5"].AssertClose(network.Backbone.Forward(x)[3], 1e-4);
    }

    [Theory]
    [InlineData("pkl2")]
    [InlineData("pkl4")]
    [InlineData("pkl5")]
    public void A_pickle_of_arrays_in_detectron2s_names_gives_the_backbone_and_what_it_expects(string kind)
    {
        Write(kind);

        ImportResult result = WeightImport.Run(Source, Output);

        Assert.Equal(
            (WeightSource.Detectron2, "resnet50", "bgr", true),
            (result.Source, result.Backbone, result.ChannelOrder, result.StrideIn1x1));
        Assert.Empty(result.Missing);
        Assert.Empty(result.LeftOver);
        PanoptesConfig config = ConfigLoader.Parse($"model: {{ weights: '{Output}' }}", "mine.yaml");
        Assert.Equal(ChannelOrder.Bgr, config.Input.ChannelOrder);
        Assert.Equal(new ValueList<double>([103.53, 116.28, 123.675]), config.Input.Mean);
        Assert.True(config.Model.Backbone.StrideIn1x1);
    }

    [Theory]
    [InlineData("fcos", 40, false)]
    [InlineData("maskrcnn", 12, true)]
    public void Detectors_of_torchvision_give_backbone_pyramid_and_head(string kind, int least, bool hasRoiHeads)
    {
        Write(kind);

        ImportResult result = WeightImport.Run(Source, Output, new ImportOptions { Config = "embedmask_r50_fpn_1x" });

        Assert.DoesNotContain(result.Missing, name => name.Contains("'backbone.", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Missing, name => name.Contains("'fpn.lateral", StringComparison.Ordinal));
        Assert.True(result.Matched.Count(tensor => !tensor.Name.StartsWith("backbone.", StringComparison.Ordinal)) >= least);
        Assert.Equal(hasRoiHeads, result.LeftOver.Any(name => name.StartsWith("roi_heads.", StringComparison.Ordinal)));
        Assert.Equal((WeightSource.Torchvision, "rgb", false), (result.Source, result.ChannelOrder, result.StrideIn1x1));
    }

    [Fact]
    public void AdelaiDets_MEInst_comes_with_its_codec()
    {
        IReadOnlyDictionary<string, OracleArray> expected = Write("meinst");
        string config = Config("  method: meinst\n  meinst: { dimension: 6, mask_convs: 1 }");

        ImportResult result = WeightImport.Run(Source, Output, new ImportOptions { Config = config });

        Assert.Equal((WeightSource.AdelaiDet, true), (result.Source, result.IsModel));
        Assert.Empty(result.Missing);
        Assert.Empty(result.LeftOver);
        using TorchNetwork network = ModelFile.Load(Output);
        Assert.Equal("toothbrush", network.Card.Classes[79].Name);
        Assert.Equal(90, network.Card.Classes[79].CategoryId);
        Assert.Equal(6, Assert.IsType<PcaCodec>(Assert.IsType<MEInstOptions>(network.Card.MethodOptions).Codec).Dimension);
        using WeightFile file = WeightFile.Open(Output);
        using TensorScope scope = new();
        expected["scale"].AssertClose(file.Load("head.fcos.scales.3.scale"), 0);
    }

    [Theory]
    [InlineData("embedmask", "  embedmask: { embedding_dim: 6, mask_convs: 1 }")]
    [InlineData("embedmask2", "  embedmask: { embedding_dim: 6, mask_convs: 1, add_coordinates: true, "
        + "margin: { source: tower, dims: per_dim, level_scales: true } }")]
    public async Task Both_versions_of_EmbedMask_come_whole(string kind, string method)
    {
        IReadOnlyDictionary<string, OracleArray> expected = Write(kind);

        ImportResult result = WeightImport.Run(Source, Output, new ImportOptions { Config = Config(method) });

        Assert.Equal(
            (WeightSource.EmbedMask, "bgr", true, 0.0),
            (result.Source, result.ChannelOrder, result.StrideIn1x1, result.NormEpsilon));
        Assert.Empty(result.Missing);
        Assert.Empty(result.LeftOver);
        using (WeightFile file = WeightFile.Open(Output))
        using (TensorScope scope = new())
        {
            expected["embedding"].AssertClose(file.Load("head.pixel_embed_pred.weight"), 0);
        }

        using Segmenter segmenter = Segmenter.Load(Output);
        Segmentation found = await segmenter.SegmentAsync(new Image(64, 64), TestContext.Current.CancellationToken);
        Assert.Equal((64, 64), (found.Width, found.Height));
    }

    [Fact]
    public void Views_and_types_of_numbers_are_read_as_PyTorch_sees_them()
    {
        IReadOnlyDictionary<string, OracleArray> expected = Write("views");
        using TensorScope scope = new();
        using WeightFile file = WeightFile.Open(Source);
        Assert.Equal(expected.Keys.Order(), file.Shapes.Keys.Order());
        Assert.All(expected, tensor => tensor.Value.AssertClose(file.Load(tensor.Key).To(Device.Cpu, DType.Float32), 0));
    }

    [Theory]
    [InlineData("evil_zip")]
    [InlineData("evil_pickle")]
    public void A_pickle_that_asks_for_a_function_is_refused_by_its_name(string kind)
    {
        Write(kind);

        InputException error = Assert.Throws<InputException>(() => WeightImport.Run(Source, Output));

        Assert.StartsWith($"{Source}: posix.mkdir: refused", error.Message, StringComparison.Ordinal);
        Assert.Equal((Source, "posix.mkdir", InputErrorKind.Unsupported), (error.File, error.Place, error.Kind));
        Assert.False(Directory.Exists(Source + ".executed"));
        Assert.False(File.Exists(Output));
    }

    private IReadOnlyDictionary<string, OracleArray> Write(string kind, params (string Name, OracleArray Value)[] more)
    {
        PythonOracle.SkipUnlessAvailable();
        return PythonOracle.Run(Scripts.Read("weights"), [("path", Text(Source)), ("kind", Text(kind)), ("width", Width), .. more]);
    }

    private string Config(string method)
    {
        string path = Path.Combine(_folder.FullName, "tiny.yaml");
        File.WriteAllText(path, $"{Tiny}\n{method}\n");
        return path;
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
