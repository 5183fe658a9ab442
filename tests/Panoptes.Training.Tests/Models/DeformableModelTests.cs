using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using Panoptes.Training.Tests.Models.MEInst;

namespace Panoptes.Training.Tests.Models;

/// <summary>Deformable convolutions where the networks have them: at the end of towers, in stages of the backbone.</summary>
[Collection(TorchCollection.Name)]
public class DeformableModelTests
{
    private const string Head = "model.head.deformable=";
    private const string Backbone = "model.backbone.deformable.version=";
    private const string Stages = "model.backbone.deformable.stages=";

    private static readonly string[] s_methods = ["model.method=embedmask", "model.method=meinst"];

    [Theory]
    [InlineData("v1", 18)]
    [InlineData("v2", 27)]
    public void Every_tower_ends_with_a_deformable_convolution_under_AdelaiDets_names(string version, int channels)
    {
        foreach (string method in s_methods)
        {
            string[] towers = ["head.fcos.bbox_tower", "head.fcos.cls_tower", "head.mask_tower"];
            string[] depth = ["model.head.convs=2", "model.embedmask.mask_convs=2", "model.meinst.mask_convs=2"];
            using TrainableModel plain = Create(Config([method, .. depth]));
            using TrainableModel model = Create(Config([method, .. depth, Head + version]));

            // Convolution, normalization, ReLU: the second convolution is the tower's layer 3.
            IEnumerable<string> expected = Shapes(plain)
                .Where(t => !towers.Any(tower => t.StartsWith(tower + ".3.", StringComparison.Ordinal)))
                .Concat(towers.SelectMany(tower => new[]
                {
                    $"{tower}.3.offset.weight [{channels}, 8, 3, 3]",
                    $"{tower}.3.offset.bias [{channels}]",
                    $"{tower}.3.conv.weight [8, 8, 3, 3]",
                }));
            Assert.Equal(expected.Order(), Shapes(model).Order());
        }
    }

    [Theory]
    [InlineData("resnet18", "v1", 18, 1)]
    [InlineData("resnet18", "v2", 27, 1)]
    [InlineData("resnet50", "v2", 27, 1)]
    [InlineData("resnext101_32x8d", "v1", 18, 4)]
    public void Blocks_of_the_stages_have_offsets_under_detectron2s_names(string type, string version, int channels, int widening)
    {
        string[] network = [$"model.backbone.type={type}", "model.backbone.base_width=8", "model.backbone.norm_groups=4"];
        using TrainableModel plain = Create(Config(network));
        using TrainableModel model = Create(Config([.. network, Backbone + version, Stages + "[3, 5]"]));
        int[] depths = type switch { "resnet18" => [2, 2, 2, 2], "resnet50" => [3, 4, 6, 3], _ => [3, 4, 23, 3] };
        IEnumerable<string> added = new[] { 3, 5 }.SelectMany(stage => Enumerable.Range(0, depths[stage - 2]).SelectMany(block =>
        {
            int width = 8 * widening << (stage - 2);
            string name = $"backbone.layer{stage - 1}.{block}.conv2_offset";
            return new[] { $"{name}.weight [{channels}, {width}, 3, 3]", $"{name}.bias [{channels}]" };
        }));
        Assert.Equal(Shapes(plain).Concat(added).Order(), Shapes(model).Order());
    }

    [Fact]
    public void Offsets_begin_as_published()
    {
        string[] width = ["model.head.channels=64", "model.fpn.channels=64", "model.backbone.base_width=16"];
        using TrainableModel model = Create(Config([.. width, Head + "v1", Backbone + "v2"]));
        using TensorScope scope = new();
        Dictionary<string, Tensor> state = model.State().ToDictionary(t => t.Name, t => t.Value);
        foreach (string tower in new[] { "fcos.cls_tower", "fcos.bbox_tower", "mask_tower" })
        {
            // N(0, 0.01) and 0, as the head's other convolutions; the kernel uniform within √(6 / fan in).
            Assert.Equal(0.01, Math.Sqrt(state[$"head.{tower}.0.offset.weight"].Square().Mean().ToDouble()), 1e-3);
            Assert.All(state[$"head.{tower}.0.offset.bias"].ToArray<float>(), bias => Assert.Equal(0, bias));
            double bound = Math.Sqrt(6.0 / (64 * 9));
            Assert.InRange(state[$"head.{tower}.0.conv.weight"].Abs().Max().ToDouble(), 0.98 * bound, bound);
        }

        Assert.Equal(12, state.Count(t => t.Key.Contains("conv2_offset")));
        Assert.All(state.Where(t => t.Key.Contains("conv2_offset")), t => Assert.Equal(0, t.Value.Abs().Max().ToDouble()));

        // The kernel itself begins as every convolution of the backbone: N(0, √(2 / fan out)).
        Assert.Equal(Math.Sqrt(2.0 / (128 * 9)), Math.Sqrt(state["backbone.layer4.0.conv2.weight"].Square().Mean().ToDouble()), 1e-3);
    }

    [Theory]
    [InlineData("v1", 1, "none")]
    [InlineData("v2", 2, "none")]
    [InlineData("none", 1, "v1")]
    [InlineData("none", 1, "v2")]
    public void Without_offsets_the_networks_are_the_plain_ones(string backbone, double gain, string head)
    {
        foreach (string method in s_methods)
        {
            // Statistics other than a normalization's own, or a kernel's length would not be seen behind it.
            string[] settings = [method, "model.backbone.norm=frozen_batch_norm"];
            using TrainableModel plain = Create(Config(settings));
            using TrainableModel model = Create(Config([.. settings, Backbone + backbone, Stages + "[2, 3, 4, 5]", Head + head]));
            using TensorScope scope = new();
            using NoGrad noGrad = new();
            Dictionary<string, Tensor> own = plain.State().ToDictionary(t => t.Name, t => t.Value);
            foreach ((string name, Tensor value) in own)
            {
                // A tower's plain convolution has a bias; the deformable one has none.
                if (name.EndsWith("_tower.0.bias", StringComparison.Ordinal))
                {
                    Init.Constant(value, 0);
                }
            }

            foreach ((string name, Tensor value) in model.State())
            {
                if (name.Contains("offset", StringComparison.Ordinal))
                {
                    Init.Constant(value, 0);
                    continue;
                }

                // Version 2 begins with every tap weighed by 1/2. Group normalization forgives that at the end of a tower.
                bool isHalved = gain > 1 && name.Contains("conv2", StringComparison.Ordinal);
                Tensor source = own[name.Replace(".conv.", ".", StringComparison.Ordinal)];
                value.CopyInPlace(isHalved ? source * gain : source);
            }

            if (head == "v2")
            {
                foreach ((_, Tensor kernel) in model.State().Where(t => t.Name.EndsWith("_tower.0.conv.weight", StringComparison.Ordinal)))
                {
                    kernel.MulInPlace(2);
                }
            }

            TorchRuntime.Seed(2);
            Tensor images = Tensor.Randn([2, 3, 64, 96]);
            (string Name, Tensor Map)[] expected = [.. plain.Predict(images)];
            Dictionary<string, Tensor> found = model.Predict(images).ToDictionary(m => m.Name, m => m.Map);
            Assert.All(expected, map => AssertClose(map.Map, found[map.Name], 1e-5));
        }
    }

    [Theory]
    [InlineData(Head + "v1")]
    [InlineData(Head + "v2")]
    [InlineData(Backbone + "v1")]
    [InlineData(Backbone + "v2", Stages + "[2, 3, 4, 5]")]
    [InlineData(Head + "v2", Backbone + "v2", "model.head.share_tower=true")]
    [InlineData(Head + "v1", "model.head.norm=none")]
    [InlineData(Head + "v1", "model.embedmask.mask_convs=0", "model.meinst.mask_convs=0")]
    [InlineData(Head + "v1", Backbone + "v1", "model.backbone.type=resnext101_64x4d", "model.backbone.base_width=16")]
    public void Every_parameter_learns_offsets_too(params string[] settings)
    {
        foreach (string method in s_methods)
        {
            PanoptesConfig config = Config([method, .. settings]);
            using TrainableModel model = Create(config);
            using TensorScope scope = new();
            Move(model);
            using Batch batch = TinyModel.Batch(config);
            TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
            (string Name, Tensor Value)[] offsets =
                [.. model.Parameters().Where(p => p.Name.Contains("offset.", StringComparison.Ordinal))];
            Assert.NotEmpty(offsets);
            Assert.All(model.Parameters(), p => Assert.True(
                p.Value.Grad is { } gradient && gradient.Isfinite().All().ToDouble() == 1, $"{method}: gradient of {p.Name}"));
            Assert.All(offsets, p => Assert.True(p.Value.Grad!.Abs().Max().ToDouble() > 0, $"{method}: {p.Name} learns nothing"));
        }
    }

    [Fact]
    public void Offsets_of_frozen_stages_stay()
    {
        PanoptesConfig config = TinyModel.Config(Backbone + "v1", Stages + "[2, 3]", "model.backbone.frozen_stages=2");
        using TrainableModel model = Create(config);
        using TensorScope scope = new();
        using Batch batch = TinyModel.Batch(config);
        TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
        Assert.All(
            model.Parameters().Where(p => p.Name.Contains("conv2_offset", StringComparison.Ordinal)),
            p => Assert.Equal(p.Name.StartsWith("backbone.layer1", StringComparison.Ordinal), p.Value.Grad is null));
    }

    [Fact]
    public void The_order_in_memory_changes_nothing()
    {
        using TrainableModel model = Create(TinyModel.Config(Head + "v2", Backbone + "v2"));
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Move(model);
        Tensor images = Tensor.Randn([2, 3, 64, 96]);
        (string Name, Tensor Map)[] expected = [.. model.Predict(images)];
        model.To(MemoryFormat.ChannelsLast);
        Dictionary<string, Tensor> found = model.Predict(images.To(MemoryFormat.ChannelsLast)).ToDictionary(m => m.Name, m => m.Map);
        Assert.All(expected, map => AssertClose(map.Map, found[map.Name], 1e-4));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public void Bfloat16_computes_nearly_the_same_and_learns(string version)
    {
        foreach (string method in s_methods)
        {
            string[] settings = [method, Head + version, Backbone + version];
            using TrainableModel exact = Create(Config(settings));
            PanoptesConfig config = Config([.. settings, "precision=bf16"]);
            using TrainableModel half = Create(config);
            using TensorScope scope = new();
            Move(exact);
            Move(half);
            Tensor images = Tensor.Randn([1, 3, 64, 96]);
            using (new NoGrad())
            {
                Dictionary<string, Tensor> expected = exact.Predict(images).ToDictionary(m => m.Name, m => m.Map);
                Assert.All(half.Predict(images), map => AssertClose(expected[map.Name], map.Map, 0.1));
            }

            using Batch batch = TinyModel.Batch(config);
            TinyModel.Total(half.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
            Assert.All(half.Parameters(), p => Assert.True(
                p.Value.Grad is { DType: DType.Float32 } gradient && gradient.Isfinite().All().ToDouble() == 1, $"gradient of {p.Name}"));
        }
    }

    [Fact]
    public void Training_steps_leave_no_tensor_behind()
    {
        PanoptesConfig config = TinyModel.Config(Head + "v2", Backbone + "v1");
        using TrainableModel model = Create(config);
        using Batch batch = TinyModel.Batch(config);
        long[] live = [.. Enumerable.Range(0, 6).Select(_ =>
        {
            using (TensorScope scope = new())
            {
                TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.LiveCount;
        })];
        Assert.Equal(live[2], live[^1]);
    }

    private static PanoptesConfig Config(string[] settings) => TinyMEInst.Config(settings);

    private static TrainableModel Create(PanoptesConfig config) =>
        config.Model.Method == Inference.Method.MEInst ? TinyMEInst.Create(config) : TinyModel.Create(config);

    /// <summary>Offsets of about a pixel, as trained ones have; between pixels, where their gradient is defined.</summary>
    private static void Move(Module model)
    {
        TorchRuntime.Seed(4);
        foreach ((string name, Tensor value) in model.Parameters())
        {
            if (name.EndsWith("offset.weight", StringComparison.Ordinal))
            {
                Init.Normal(value, 0.02);
            }
            else if (name.EndsWith("offset.bias", StringComparison.Ordinal))
            {
                Init.Uniform(value, -1, 1);
            }
        }
    }

    private static IEnumerable<string> Shapes(Module module) =>
        module.State().Select(t => $"{t.Name} [{string.Join(", ", t.Value.Shape.ToArray())}]");

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
        double scale = expected.To(DType.Float32).Abs().Max().ToDouble();
        double difference = (expected.To(DType.Float32) - actual.To(DType.Float32)).Abs().Max().ToDouble();

        // Written so that a NaN fails.
        Assert.True(difference <= tolerance * scale + 1e-9, $"differs by {difference} from values up to {scale}");
    }
}
