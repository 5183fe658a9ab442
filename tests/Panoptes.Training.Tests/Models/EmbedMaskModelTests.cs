using Panoptes.Inference.EmbedMask;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.EmbedMask;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public class EmbedMaskModelTests
{
    private const string Embed = "model.embedmask.";

    [Fact]
    public void Weights_start_as_published()
    {
        PanoptesConfig config = TinyModel.Config("model.head.channels=64", "model.fpn.channels=64", Embed + "mask_convs=2");
        using EmbedMaskModel model = TinyModel.Create(config);
        using TensorScope scope = new();
        Dictionary<string, Tensor> state = model.State().ToDictionary(t => t.Name, t => t.Value);
        Assert.All(state["head.fcos.cls_logits.bias"].ToArray<float>(), bias => Assert.Equal(-4.59511985f, bias, 1e-6f));
        Assert.Equal(-1.75280728, state["head.proposal_margin_pred.bias"].ToDouble(), 1e-6);
        foreach ((string name, Tensor value) in model.Parameters().Where(p => p.Name.StartsWith("head", StringComparison.Ordinal)))
        {
            if (value.Rank == 4 && value.Count > 1000)
            {
                Assert.Equal(0.01, Math.Sqrt(value.Square().Mean().ToDouble()), 1e-3);
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal) && !name.Contains("cls_logits") && !name.Contains("margin"))
            {
                Assert.All(value.ToArray<float>(), bias => Assert.Equal(0, bias));
            }
        }

        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(1, state[$"head.fcos.scales.{i}.scale"].ToDouble()));

        // Caffe2's XavierFill: uniform within √(3 / fan in).
        Tensor lateral = state["fpn.lateral3.weight"];
        Assert.InRange(lateral.Abs().Max().ToDouble(), 0.9 * Math.Sqrt(3.0 / 8), Math.Sqrt(3.0 / 8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Frozen_stages_get_no_gradient(int frozen)
    {
        PanoptesConfig config = TinyModel.Config($"model.backbone.frozen_stages={frozen}");
        using EmbedMaskModel model = TinyModel.Create(config);
        using TensorScope scope = new();
        using Batch batch = TinyModel.Batch(config);
        TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
        string[] stages = [.. new[] { "backbone.conv1", "backbone.layer1", "backbone.layer2", "backbone.layer3" }.Take(frozen)];
        Assert.All(model.Parameters(), parameter =>
        {
            bool isFrozen = stages.Any(s => parameter.Name.StartsWith(s, StringComparison.Ordinal))
                || (frozen > 0 && parameter.Name.StartsWith("backbone.bn1", StringComparison.Ordinal));
            Assert.Equal(isFrozen, parameter.Value.Grad is null);
        });
    }

    [Fact]
    public void Statistics_of_frozen_stages_stay_while_others_move()
    {
        PanoptesConfig config = TinyModel.Config("model.backbone.norm=batch_norm", "model.backbone.frozen_stages=2");
        using EmbedMaskModel model = TinyModel.Create(config);
        using TensorScope scope = new();
        using Batch batch = TinyModel.Batch(config);
        model.Train(false);
        model.Train();
        Dictionary<string, float[]> before = model.Buffers().ToDictionary(b => b.Name, b => b.Value.ToArray<float>());
        model.ComputeLosses(TinyModel.Images(batch), batch);
        Assert.NotEmpty(before);
        Assert.All(model.Buffers(), buffer =>
        {
            bool isFrozen = buffer.Name.StartsWith("backbone.bn1", StringComparison.Ordinal)
                || buffer.Name.StartsWith("backbone.layer1", StringComparison.Ordinal);
            Assert.Equal(isFrozen, before[buffer.Name].SequenceEqual(buffer.Value.ToArray<float>()));
        });
    }

    internal static Dictionary<string, ObjectRecord[][]> HardBatches { get; } = new()
    {
        ["no objects at all"] = [[], []],
        ["one image without objects"] = [[], [TinyModel.Rectangle(10, 10, 30, 40)]],
        ["two by two pixels around a location"] = [[TinyModel.Rectangle(11, 11, 2, 2)]],
        ["one pixel, which no location lies in"] = [[TinyModel.Rectangle(13, 14, 1, 1)], [TinyModel.Rectangle(63, 63, 1, 1)]],
        ["a line"] = [[TinyModel.Rectangle(0, 5, 64, 1), TinyModel.Rectangle(12, 0, 1, 64)]],
        ["the whole image"] = [[TinyModel.Rectangle(0, 0, 64, 64)]],
        ["the same object twice"] = [[TinyModel.Rectangle(8, 8, 40, 40), TinyModel.Rectangle(8, 8, 40, 40, classIndex: 1)]],
    };

    public static TheoryData<string> NamesOfHardBatches => [.. HardBatches.Keys];

    [Theory]
    [MemberData(nameof(NamesOfHardBatches))]
    public void Hard_batches_train(string what)
    {
        ObjectRecord[][] images = HardBatches[what];
        string[] settings = ["loss=lovasz", "loss=hinge", "cluster_center=pixel", "margin.dims=per_dim", "count_skipped=false"];
        foreach (string setting in settings)
        {
            PanoptesConfig config = TinyModel.Config(Embed + setting);
            using EmbedMaskModel model = TinyModel.Create(config);
            using TensorScope scope = new();
            using Batch batch = TinyModel.Batch(config, images);
            BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
            TinyModel.Total(loss).Backward();
            Assert.Equal(images.Sum(p => p.Length), loss.Objects);
            Assert.Equal(["class", "box", "centerness", "mask", "smooth"], loss.Terms.Select(t => t.Name));
            Assert.All(loss.Terms, t => Assert.True(double.IsFinite(t.Value.ToDouble()), $"{what}, {setting}: {t.Name}"));
            Assert.All(model.Parameters(), p => Assert.True(
                p.Value.Grad is null || p.Value.Grad.Isfinite().All().ToDouble() == 1, $"{what}, {setting}: gradient of {p.Name}"));
        }
    }

    [Fact]
    public void Objects_that_nothing_was_learned_from_are_counted()
    {
        PanoptesConfig config = TinyModel.Config();
        using EmbedMaskModel model = TinyModel.Create(config);
        using TensorScope scope = new();
        using Batch batch = TinyModel.Batch(config, [TinyModel.Rectangle(13, 14, 1, 1), TinyModel.Rectangle(8, 8, 30, 30)]);
        BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
        Assert.Equal((2, 1), (loss.Objects, loss.UnmatchedObjects));
    }

    [Fact]
    public void Losses_stay_finite_when_embeddings_and_margins_are_extreme()
    {
        PanoptesConfig config = TinyModel.Config();
        using EmbedMaskModel model = TinyModel.Create(config);
        using Batch batch = TinyModel.Batch(config);
        foreach (double value in new[] { -1e15, -1e3, 1e3, 1e15 })
        {
            using TensorScope scope = new();
            foreach (string name in new[] { "head.proposal_embed_pred.bias", "head.proposal_margin_pred.bias" })
            {
                Init.Constant(model.State().Single(t => t.Name == name).Value, value);
            }

            BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
            Assert.All(loss.Terms, t => Assert.True(double.IsFinite(t.Value.ToDouble()), $"{value}: {t.Name}"));
        }
    }

    [Theory]
    [InlineData("paper", 4, 1)]
    [InlineData("margins of each dimension", 4, 4, Embed + "margin.dims=per_dim")]
    [InlineData("margins from the tower", 4, 4, Embed + "margin.source=tower", Embed + "margin.dims=per_dim")]
    [InlineData("constant margin", 4, 1, Embed + "margin.source=constant", Embed + "margin.dims=per_dim")]
    [InlineData("wider embeddings", 16, 1, Embed + "embedding_dim=16")]
    [InlineData("hinge", 4, 0, Embed + "loss=hinge")]
    public void Outputs_have_the_names_and_shapes_that_the_card_promises(string variant, int dim, int margins, params string[] settings)
    {
        PanoptesConfig config = TinyModel.Config(settings);
        using EmbedMaskModel model = TinyModel.Create(config);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Dictionary<string, Tensor> maps = model.Predict(Tensor.Rand([2, 3, 64, 96])).ToDictionary(m => m.Name, m => m.Map);
        (long, long)[] sizes = [(8, 12), (4, 6), (2, 3), (1, 2), (1, 1)];
        for (int level = 3; level <= 7; level++)
        {
            (long h, long w) = sizes[level - 3];
            Assert.Equal([2, TinyModel.Classes, h, w], maps[$"class_logits_p{level}"].Shape.ToArray());
            Assert.Equal([2, 4, h, w], maps[$"box_p{level}"].Shape.ToArray());
            Assert.Equal([2, 1, h, w], maps[$"centerness_p{level}"].Shape.ToArray());
            Assert.Equal([2, dim, h, w], maps[$"proposal_embedding_p{level}"].Shape.ToArray());
            Assert.Equal(margins > 0, maps.ContainsKey($"proposal_margin_p{level}"));
            if (margins > 0)
            {
                Assert.Equal([2, margins, h, w], maps[$"proposal_margin_p{level}"].Shape.ToArray());
                Assert.Equal(margins, ((EmbedMaskOptions)ModelCards.Create(config, [new("a", 1)]).MethodOptions).MarginDim);
            }
        }

        Assert.Equal([2, dim, 8, 12], maps["pixel_embedding"].Shape.ToArray());
        if (variant == "constant margin")
        {
            Assert.All(maps["proposal_margin_p4"].ToArray<float>(), m => Assert.Equal(0.17328680f, m, 1e-6f));
        }
    }

    [Theory]
    [InlineData(Embed + "cluster_center=pixel", "head.proposal_embed_pred")]
    [InlineData(Embed + "margin.source=constant", "head.proposal_margin_pred")]
    [InlineData(Embed + "loss=hinge", "head.proposal_margin_pred")]
    [InlineData("model.head.share_tower=true", "head.fcos.cls_tower")]
    [InlineData(Embed + "mask_convs=0", "head.mask_tower")]
    [InlineData("model.fpn.levels=3", "fpn.p6", "model.fcos.level_boundaries=[16,32]")]
    public void What_is_switched_off_has_no_weights(string setting, string part, params string[] others)
    {
        using EmbedMaskModel whole = TinyModel.Create(TinyModel.Config());
        using EmbedMaskModel reduced = TinyModel.Create(TinyModel.Config([setting, .. others]));
        Assert.Contains(whole.State(), t => t.Name.StartsWith(part, StringComparison.Ordinal));
        Assert.DoesNotContain(reduced.State(), t => t.Name.StartsWith(part, StringComparison.Ordinal));
    }

    [Fact(Explicit = true)]
    public void Five_hundred_steps_and_predictions_keep_tensors_and_memory_flat()
    {
        const int steps = 500, warmUp = 50;
        PanoptesConfig config = TinyModel.Config("optimizer.learning_rate=0.001");
        using EmbedMaskModel model = TinyModel.Create(config);
        using Optimizer optimizer = OptimizerFactory.Create(config.Optimizer, model);
        using Batch batch = TinyModel.Batch(config);
        (long Tensors, long Bytes) start = default;
        for (int i = 0; i < warmUp + steps; i++)
        {
            if (i == warmUp)
            {
                // Whatever other tests left to the garbage collector goes first.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                start = (Tensor.LiveCount, Environment.WorkingSet);
            }

            using (TensorScope scope = new())
            {
                TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
                optimizer.Step();
                optimizer.ZeroGrad();
            }

            using (TensorScope scope = new())
            using (NoGrad noGrad = new())
            {
                Assert.NotEmpty(model.Predict(TinyModel.Images(batch)).ToList());
            }

            Assert.True(i < warmUp || Tensor.LiveCount == start.Tensors, $"step {i}: {Tensor.LiveCount} tensors, {start.Tensors} before");
        }

        Assert.InRange(Environment.WorkingSet - start.Bytes, long.MinValue, 32 << 20);
    }
}
