using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Tests.Models.Ciae;
using Panoptes.Training.Tests.Models.MEInst;

namespace Panoptes.Training.Tests.Models.Semantic;

/// <summary>A semantic head next to the heads of methods that know instances alone.</summary>
[Collection(TorchCollection.Name)]
public class SemanticHeadTests
{
    private static readonly string[] s_settings =
        ["model.semantic.enabled=true", "model.semantic.channels=8", "model.semantic.norm_groups=2", "model.semantic.weight=0.5"];

    [Theory]
    [InlineData(Method.EmbedMask)]
    [InlineData(Method.MEInst)]
    public void Any_method_can_have_one(Method method)
    {
        PanoptesConfig config = Config(method);
        using TrainableModel model = Create(config);
        using TensorScope scope = new();
        using Batch batch = TinyCiae.Batch(config);
        BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
        Assert.Equal("semantic", loss.Terms[^1].Name);
        loss.Terms[^1].Value.Backward();
        string[] learning = [.. model.Parameters().Where(p => p.Value.Grad is { } g && g.Abs().Max().ToDouble() > 0).Select(p => p.Name)];
        Assert.All(
            new[] { "semantic.logits.weight", "semantic.branch.p5.0.weight", "semantic.branch.p2.0.weight", "fpn.lateral2.weight" },
            name => Assert.Contains(name, learning));
        Assert.DoesNotContain(learning, name => name.StartsWith("head.", StringComparison.Ordinal));

        using NoGrad noGrad = new();
        Dictionary<string, Tensor> maps = model.Predict(Tensor.Rand([2, 3, 64, 96])).ToDictionary(m => m.Name, m => m.Map);
        Assert.Equal([2, TinyCiae.Stuff + 1, 16, 24], maps[OutputNames.SemanticLogits].Shape.ToArray());
        Assert.Equal([2, TinyModel.Classes, 8, 12], maps["class_logits_p3"].Shape.ToArray());
        ModelCard card = ModelCards.Create(
            config, TinyCiae.Names("thing", TinyModel.Classes), method == Method.MEInst ? TinyMEInst.Options(config) : null,
            TinyCiae.Names("stuff", TinyCiae.Stuff));
        card.Validate();
        Assert.Equal(TinyCiae.Stuff, card.StuffClasses.Count);
        Assert.Equal(0.5, card.PanopticMerge!.InstanceThreshold);
    }

    [Theory]
    [InlineData(Method.EmbedMask)]
    [InlineData(Method.MEInst)]
    public void Without_it_networks_are_as_they_were(Method method)
    {
        PanoptesConfig with = Config(method), without = Config(method, "model.semantic.enabled=false");
        using TrainableModel one = Create(with), other = Create(without);
        HashSet<string> added = [.. one.State().Select(s => s.Name).Except(other.State().Select(s => s.Name))];
        Assert.All(added, name => Assert.True(
            name.StartsWith("semantic.", StringComparison.Ordinal) || name.Contains("lateral2") || name.Contains("output2"), name));
        Assert.Empty(other.State().Select(s => s.Name).Except(one.State().Select(s => s.Name)));
        ModelCard card = ModelCards.Create(
            without, TinyCiae.Names("thing", TinyModel.Classes), method == Method.MEInst ? TinyMEInst.Options(without) : null,
            TinyCiae.Names("stuff", TinyCiae.Stuff));
        Assert.Empty(card.StuffClasses);
        Assert.Null(card.PanopticMerge);
    }

    /// <summary>The labels are those of the pixel behind each cell's center; the mean is over the pixels that have one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_loss_is_the_mean_cross_entropy_of_labeled_cells(int stride)
    {
        PanoptesConfig config = TinyCiae.Config([.. s_settings, $"model.ciae.loss_stride={stride}"]);
        using CiaeModel model = TinyCiae.Create(config);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Batch batch = TinyCiae.Batch(config);
        double loss = model.ComputeLosses(TinyModel.Images(batch), batch).Terms[^1].Value.ToDouble();
        float[] logits = model.Forward(TinyModel.Images(batch)).SemanticLogits!.Permute([0, 2, 3, 1]).ToArray<float>();
        ReadOnlySpan<short> labels = batch.Segments.Labels.Span;
        (double sum, int count) = (0, 0);
        for (int i = 0; i < 2 * 16 * 16; i++)
        {
            (int n, int y, int x) = (i / 256, i / 16 % 16, i % 16);
            int label = stride == 4 ? labels[i] : labels[(((n * 64) + (4 * y) + 2) * 64) + (4 * x) + 2];
            if (label < 0)
            {
                continue;
            }

            float[] own = logits[(4 * i)..((4 * i) + 4)];
            sum += Math.Log(own.Sum(v => Math.Exp(v))) - own[Math.Min(label, 3)];
            count++;
        }

        Assert.InRange(count, 400, 511);
        Assert.Equal(0.5 * sum / count, loss, 1e-5);
    }

    private static PanoptesConfig Config(Method method, params string[] settings)
    {
        string[] all = [.. s_settings, .. settings];
        return method == Method.MEInst ? TinyMEInst.Config(all) : TinyModel.Config(all);
    }

    private static TrainableModel Create(PanoptesConfig config)
    {
        TorchRuntime.Seed(1);
        return ModelFactory.Create(
            config, TinyModel.Classes, config.Model.Method == Method.MEInst ? TinyMEInst.Options(config) : null, TinyCiae.Stuff);
    }
}
