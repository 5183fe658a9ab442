using System.Text;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Parity.Tests;

/// <summary>The whole of EmbedMask, forward and backward, against Scripts/embedmask.py: another program in float64.</summary>
public sealed class EmbedMaskParityTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const double Vanishing = 1e-12;

    // What float32 may lose in a gradient that is a small sum of many large terms, such as a bias's over all places.
    private const double Rounding = 1e-6;

    // Small enough for a reference that loops over single locations; its objects still reach every level.
    private const string Tiny = """
        model:
          backbone: { type: resnet18, norm: group_norm, norm_groups: 4, base_width: 8, frozen_stages: 0 }
          fpn: { channels: 16 }
          head: { channels: 16, convs: 1, norm_groups: 4 }
          fcos: { level_boundaries: [16, 36, 60, 80] }
          embedmask: { embedding_dim: 6, mask_convs: 1, positive_iou: 0.3 }
        input: { mean: [127.5, 127.5, 127.5], std: [64, 64, 64] }
        """;

    private const string Embed = "model.embedmask.";

    private readonly TinyScenes _scenes = new();

    public void Dispose() => _scenes.Dispose();

    [Theory]
    [InlineData("paper")]
    [InlineData("hinge loss", Embed + "loss=hinge")]
    [InlineData("constant margin", Embed + "margin.source=constant", Embed + "margin.prior=1.5")]
    [InlineData("margin of each dimension from boxes", Embed + "margin.dims=per_dim")]
    [InlineData(
        "margin of each dimension from the tower", Embed + "margin.source=tower", Embed + "margin.dims=per_dim",
        Embed + "margin.reduce_factor=4")]
    [InlineData("margin that trains boxes", Embed + "margin.detach=false", Embed + "margin.scale=100")]
    [InlineData("center from pixels", Embed + "cluster_center=pixel")]
    [InlineData("hinge loss and center from pixels", Embed + "loss=hinge", Embed + "cluster_center=pixel")]
    [InlineData("best location", Embed + "positive_rule=best_one")]
    [InlineData("every positive location", Embed + "positive_iou=0")]
    [InlineData("locations outside of masks", Embed + "sample_in_mask=false")]
    [InlineData("summed smooth loss", Embed + "smooth_reduction=sum")]
    [InlineData("no smooth loss", Embed + "smooth_weight=0")]
    [InlineData("whole map", Embed + "box_expand=-1")]
    [InlineData("the box itself", Embed + "box_expand=1")]
    [InlineData("coordinates", Embed + "add_coordinates=true")]
    [InlineData("skipped objects do not count", Embed + "count_skipped=false")]
    [InlineData("half-covered targets", Embed + "mask_target=half")]
    [InlineData("masks at stride 8", Embed + "mask_scale_factor=1")]
    [InlineData("masks at stride 2", Embed + "mask_scale_factor=4")]
    [InlineData(
        "the later version", Embed + "margin.source=tower", Embed + "margin.dims=per_dim", Embed + "positive_rule=best_one",
        Embed + "smooth_weight=0", Embed + "box_expand=-1", Embed + "add_coordinates=true", Embed + "count_skipped=false",
        Embed + "embedding_reduce_factor=2")]
    [InlineData("whole boxes positive", "model.fcos.center_sampling_radius=0")]
    [InlineData("-ln IoU", "model.fcos.box_loss=iou", "model.fcos.normalizer=moving_fg")]
    [InlineData("1 - IoU", "model.fcos.box_loss=linear_iou", "model.fcos.normalizer=all", "model.fcos.class_weight=20")]
    [InlineData("another focal loss", "model.fcos.focal_gamma=1.5", "model.fcos.focal_alpha=0.4")]
    [InlineData("one tower", "model.head.share_tower=true")]
    [InlineData("centerness next to classes", "model.fcos.centerness_on_regression=false")]
    [InlineData("deformable towers", "model.head.deformable=v1", "model.head.convs=2")]
    [InlineData("deformable towers, version 2", "model.head.deformable=v2")]
    [InlineData("deformable stages", "model.backbone.deformable.version=v1")]
    [InlineData("deformable stages, version 2", "model.backbone.deformable.version=v2", "model.backbone.deformable.stages=[2, 4]")]
    public void Outputs_losses_and_gradients_agree(string variant, params string[] settings)
    {
        PythonOracle.SkipUnlessAvailable();
        PanoptesConfig config = ConfigLoader.Parse(Tiny, variant, settings);
        using TensorScope scope = new();
        using EmbedMaskModel model = RandomModel(config);
        using Batch batch = _scenes.Load(config);
        IReadOnlyDictionary<string, OracleArray> expected = RunReference(config, model, batch);

        // The scenes hold what they promise: objects with several samples, with one, and with none.
        long[] samples = expected["samples"].ToArray<long>();
        Assert.Contains(0, samples);
        Assert.Contains(1, samples);
        Assert.True(config.Model.EmbedMask.PositiveRule == PositiveRule.BestOne || samples.Max() > 1);

        Tensor images = Images(batch);
        EmbedMaskOutput output = model.Forward(images);
        AssertOutputs(expected, output);

        BatchLoss loss = model.ComputeLosses(images, batch);
        Assert.Equal((samples.Length, samples.Count(s => s == 0)), (loss.Objects, loss.UnmatchedObjects));
        Assert.Equal(
            expected.Keys.Where(k => k.StartsWith("term:", StringComparison.Ordinal)).Order(),
            loss.Terms.Select(t => $"term:{t.Name}").Order());
        Assert.All(loss.Terms, term => expected[$"term:{term.Name}"].AssertClose(term.Value, Tolerance));

        loss.Terms.Select(t => t.Value).Aggregate((a, b) => a + b).Backward();
        Assert.All(model.Parameters(), parameter =>
        {
            OracleArray? gradient = expected.GetValueOrDefault($"gradient:{parameter.Name}");
            if (gradient is null || gradient.ToArray<double>().All(g => Math.Abs(g) < Vanishing))
            {
                // What no loss depends on, or what cancels, such as a shift of all pixels where centers are pixels themselves.
                Assert.True(parameter.Value.Grad is null || parameter.Value.Grad.Abs().Max().ToDouble() < Rounding);
            }
            else
            {
                gradient.AssertClose(parameter.Value.Grad!, Tolerance, Rounding);
            }
        });
    }

    /// <summary>A network whose embeddings and boxes spread as a trained one's do; an untrained one's are all alike.</summary>
    private static EmbedMaskModel RandomModel(PanoptesConfig config)
    {
        TorchRuntime.Seed(3);
        using NoGrad noGrad = new();
        EmbedMaskModel model = (EmbedMaskModel)ModelFactory.Create(config, TinyScenes.Classes);
        foreach ((string name, Tensor value) in model.Parameters())
        {
            bool isWeight = name.EndsWith("weight", StringComparison.Ordinal);
            if (name.EndsWith("scale", StringComparison.Ordinal))
            {
                Init.Uniform(value, 0.8, 1.2);
            }
            else if (name.EndsWith("offset.weight", StringComparison.Ordinal))
            {
                Init.Normal(value, 0.005);
            }
            else if (name.EndsWith("offset.bias", StringComparison.Ordinal))
            {
                // Half a pixel off, in all directions: on a pixel the gradient jumps, and float32's rounding would choose the side.
                float[] halves = [.. Enumerable.Range(0, (int)value.Count).Select(i => (i % 4) - 1.5f)];
                value.CopyInPlace(Tensor.From<float>(halves));
            }
            else if (name.EndsWith("bbox_pred.weight", StringComparison.Ordinal))
            {
                Init.Normal(value, 0.03);
            }
            else if (value.Rank == 4)
            {
                Init.KaimingUniform(value, name.StartsWith("head", StringComparison.Ordinal) ? 1 : 0);
            }
            else if (isWeight)
            {
                Init.Uniform(value, 0.7, 1.3);
            }
            else if (!name.Contains("margin", StringComparison.Ordinal))
            {
                // Boxes of about the right size; proposals a little away from pixels, for the logit has a pole where both are equal.
                double center = name.Contains("bbox_pred", StringComparison.Ordinal) ? 1.6
                    : name.Contains("proposal_embed", StringComparison.Ordinal) ? 0.7
                    : 0;
                Init.Uniform(value, center - 0.2, center + 0.2);
            }
        }

        return model;
    }

    private static Tensor Images(Batch batch) =>
        Tensor.From<float>(batch.Pixels.Span, [batch.Images.Count, 3, batch.Height, batch.Width]);

    private static IReadOnlyDictionary<string, OracleArray> RunReference(PanoptesConfig config, EmbedMaskModel model, Batch batch)
    {
        long count = batch.InstanceCount;
        byte[] masks = new byte[count * batch.Height * batch.Width];
        for (int i = 0; i < masks.Length; i++)
        {
            (int rest, int x) = Math.DivRem(i, batch.Width);
            (int k, int y) = Math.DivRem(rest, batch.Height);
            masks[i] = batch.Masks.Contains(k, x, y) ? (byte)1 : (byte)0;
        }

        long[] owners = [.. batch.Images.SelectMany((p, n) => Enumerable.Repeat((long)n, p.InstanceCount))];
        byte[] json = Encoding.UTF8.GetBytes(ConfigWriter.ToJson(config));
        return PythonOracle.Run(
            Scripts.Read("embedmask"),
            [
                ("config", OracleArray.From<byte>(json, [json.Length])),
                ("class_count", TinyScenes.Classes),
                ("images", Images(batch).ToOracle()),
                ("boxes", OracleArray.From(batch.Boxes.Span, [count, 4])),
                ("classes", OracleArray.From(batch.Classes.Span, [count])),
                ("owners", OracleArray.From<long>(owners, [count])),
                ("masks", OracleArray.From<byte>(masks, [count, batch.Height, batch.Width])),
                .. model.Parameters().Select(t => ($"weight:{t.Name}", t.Value.ToOracle())),
            ]);
    }

    private static void AssertOutputs(IReadOnlyDictionary<string, OracleArray> expected, EmbedMaskOutput output)
    {
        for (int i = 0; i < output.Levels.Count; i++)
        {
            FcosLevel level = output.Levels[i];
            expected[$"class:{i}"].AssertClose(level.ClassLogits, Tolerance);
            expected[$"box:{i}"].AssertClose(level.Distances, Tolerance);
            expected[$"centerness:{i}"].AssertClose(level.Centerness, Tolerance);
        }

        AssertMaps(expected, "embedding", output.ProposalEmbeddings);
        AssertMaps(expected, "margin", output.Margins);
        expected["pixel"].AssertClose(output.PixelEmbedding, Tolerance);
    }

    private static void AssertMaps(IReadOnlyDictionary<string, OracleArray> expected, string name, IReadOnlyList<Tensor> maps)
    {
        Assert.Equal(expected.Keys.Count(k => k.StartsWith($"{name}:", StringComparison.Ordinal)), maps.Count);
        for (int i = 0; i < maps.Count; i++)
        {
            expected[$"{name}:{i}"].AssertClose(maps[i], Tolerance);
        }
    }
}
