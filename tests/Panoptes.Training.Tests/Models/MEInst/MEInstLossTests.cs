using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Tests.Models.MEInst;

[Collection(TorchCollection.Name)]
public class MEInstLossTests
{
    private const string MEInst = TinyMEInst.Prefix;

    /// <summary>Every term of the sum by itself, in float64, from the network's raw outputs: methods 3.4.</summary>
    [Theory]
    [InlineData()]
    [InlineData(MEInst + "loss=l1")]
    [InlineData(MEInst + "loss=smooth_l1")]
    [InlineData(MEInst + "loss=cosine")]
    [InlineData(MEInst + "space=binary", MEInst + "whiten=false")]
    [InlineData(MEInst + "by_class=true", MEInst + "mask_weight=3")]
    [InlineData(MEInst + "encoding=implicit")]
    [InlineData(MEInst + "encoding=implicit", MEInst + "whiten=false", MEInst + "large_kernel=5")]
    [InlineData(MEInst + "encoding=none")]
    public void The_mask_loss_is_the_centerness_weighted_mean_over_locations_and_components(params string[] settings)
    {
        PanoptesConfig config = TinyMEInst.Config(settings);
        CheckMaskLoss(config, TinyMEInst.Codec(config));
    }

    [Theory]
    [InlineData("explicit")]
    [InlineData("implicit")]
    public void An_auto_encoders_numbers_and_pixels_are_learned_the_same_way(string encoding) =>
        CheckMaskLoss(TinyMEInst.Config(MEInst + "encoding=" + encoding), TinyMEInst.FitAutoencoder());

    private static void CheckMaskLoss(PanoptesConfig config, MaskCodec? codec)
    {
        using MEInstModel model = Wide(config, codec);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Batch batch = TinyModel.Batch(config);
        BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
        Assert.Equal(["class", "box", "centerness", "mask"], loss.Terms.Select(t => t.Name));

        FcosTargets targets = Targets(config, batch);
        Assert.InRange(targets.Count, 8, 1000);
        float[][] predicted = Predicted(model, batch, targets);
        double sum = 0, weights = 0;
        int terms = 0;
        for (int p = 0; p < targets.Count; p++)
        {
            double[] distances = Distances(config, codec, batch, targets.Objects[p], predicted[p]);
            terms = distances.Length;
            sum += targets.Centerness[p] * distances.Sum();
            weights += targets.Centerness[p];
        }

        double expected = config.Model.MEInst.MaskWeight * sum / Math.Max(weights * terms, 1);
        Assert.InRange(expected, 1e-3, 1e6);
        Assert.Equal(1, loss.Terms[^1].Value.ToDouble() / expected, 1e-5);
    }

    [Theory]
    [InlineData(MEInst + "encoding=explicit")]
    [InlineData(MEInst + "encoding=implicit")]
    [InlineData(MEInst + "encoding=none")]
    public void Masks_teach_their_own_tower_and_the_backbone_but_not_the_boxes(string setting)
    {
        PanoptesConfig config = TinyMEInst.Config(setting);
        using MEInstModel model = Wide(config);
        using TensorScope scope = new();
        using Batch batch = TinyModel.Batch(config);
        model.ComputeLosses(TinyModel.Images(batch), batch).Terms[^1].Value.Backward();

        // P6 and P7 have no object in so small an image.
        Assert.All(model.Parameters().Where(p => !p.Name.StartsWith("fpn.p", StringComparison.Ordinal)), parameter =>
        {
            bool learns = parameter.Value.Grad is { } gradient && gradient.Abs().Max().ToDouble() > 0;
            Assert.Equal(!parameter.Name.StartsWith("head.fcos", StringComparison.Ordinal), learns);
        });
    }

    [Fact]
    public void Without_weight_the_tower_learns_nothing_and_the_rest_as_before()
    {
        PanoptesConfig[] configs = [TinyMEInst.Config(), TinyMEInst.Config(MEInst + "mask_weight=0")];
        double[][] gradients = [.. configs.Select(config =>
        {
            using MEInstModel model = TinyMEInst.Create(config);
            using TensorScope scope = new();
            using Batch batch = TinyModel.Batch(config);
            TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
            return model.Parameters().Where(p => p.Name.Contains(".mask_") || p.Name.Contains("head.fcos"))
                .Select(p => p.Value.Grad!.Abs().Sum().ToDouble() * (p.Name.Contains(".mask_") ? -1 : 1)).ToArray();
        })];
        Assert.All(gradients[0].Zip(gradients[1]), pair => Assert.Equal(Math.Max(pair.First, 0), Math.Abs(pair.Second)));
        Assert.Contains(gradients[0], g => g < 0);
    }

    [Fact]
    public void Two_objects_with_one_box_keep_their_own_masks()
    {
        // Found again by its box, the second object would be given the first one's mask (methods 3.4).
        PanoptesConfig config = TinyMEInst.Config(MEInst + "encoding=none");
        ObjectRecord upper = Half(top: true), lower = Half(top: false);
        using Batch batch = TinyModel.Batch(config, [upper], [lower], [upper, lower]);
        Assert.Equal(4, batch.BoxMasks.Count);
        Assert.True(batch.BoxMasks[0].SequenceEqual(batch.BoxMasks[2]));
        Assert.True(batch.BoxMasks[1].SequenceEqual(batch.BoxMasks[3]));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (byte)(i < 32 ? 1 : 0)), batch.BoxMasks[0].ToArray());
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (byte)(i < 32 ? 0 : 1)), batch.BoxMasks[1].ToArray());
    }

    [Fact]
    public void Random_smoothing_is_another_in_each_batch_and_the_same_when_a_batch_comes_again()
    {
        double[] losses = [.. new[] { "constant", "random", "random" }.Select(smoothing =>
        {
            PanoptesConfig config = TinyMEInst.Config(MEInst + "smoothing=" + smoothing);
            using MEInstModel model = TinyMEInst.Create(config);
            using TensorScope scope = new();
            using Batch batch = TinyModel.Batch(config);
            return model.ComputeLosses(TinyModel.Images(batch), batch).Terms[^1].Value.ToDouble();
        })];
        Assert.NotEqual(losses[0], losses[1]);
        Assert.Equal(losses[1], losses[2]);
    }

    private static ObjectRecord Half(bool top) => new()
    {
        ClassIndex = 0,
        Box = new Panoptes.Masks.Box(8, 8, 40, 40),
        Polygons = [top ? [8, 8, 40, 8, 40, 24, 8, 24] : [8, 24, 40, 24, 40, 40, 8, 40]],
    };

    /// <summary>A network whose coefficients spread as a trained one's do.</summary>
    private static MEInstModel Wide(PanoptesConfig config) => Wide(config, TinyMEInst.Codec(config));

    private static MEInstModel Wide(PanoptesConfig config, MaskCodec? codec)
    {
        TorchRuntime.Seed(1);
        MEInstModel model = (MEInstModel)ModelFactory.Create(config, TinyModel.Classes, new MEInstOptions { Codec = codec });
        foreach ((string name, Tensor value) in model.Parameters())
        {
            if (name.StartsWith("head.mask_pred", StringComparison.Ordinal))
            {
                Panoptes.Torch.Nn.Init.Normal(value, 0.2);
            }
        }

        return model;
    }

    private static FcosTargets Targets(PanoptesConfig config, Batch batch) => FcosTargets.Assign(
        config.Model.Fcos,
        new LocationGrid(batch.Height, batch.Width, config.Model.Fpn.Levels),
        batch.ListBoxes(),
        batch.Classes.Span,
        [.. batch.Images.Select(p => p.InstanceCount)],
        null);

    private static float[][] Predicted(MEInstModel model, Batch batch, FcosTargets targets)
    {
        LocationGrid grid = new(batch.Height, batch.Width, 5);
        Dictionary<string, Tensor> maps = model.Predict(TinyModel.Images(batch)).ToDictionary(m => m.Name, m => m.Map);
        return [.. targets.Rows.Select(row =>
        {
            (int image, int location) = ((int)(row / grid.Count), (int)(row % grid.Count));
            int level = grid.LevelOf(location);
            LocationGrid.Level cells = grid.Levels[level];
            Tensor map = maps[MEInstOutputs.MaskCoefficients(level)].Select(0, image).Reshape([-1, cells.Height * cells.Width]);
            return map.Select(1, location - cells.First).ToArray<float>();
        })];
    }

    private static double[] Distances(PanoptesConfig config, MaskCodec? codec, Batch batch, int instance, float[] predicted)
    {
        MEInstConfig model = config.Model.MEInst;
        int classIndex = (int)batch.Classes.Span[instance];
        if (model.Encoding == MaskEncoding.Explicit)
        {
            float[] code = new float[model.Dimension];
            codec!.Encode(batch.BoxMasks[instance], code, classIndex);
            double[] d = [.. predicted.Zip(code, (a, b) => Math.Abs((double)a - b))];
            return model.Loss switch
            {
                CoefficientLoss.L2 => [.. d.Select(x => x * x)],
                CoefficientLoss.L1 => d,
                CoefficientLoss.SmoothL1 => [.. d.Select(x => x < 1 ? x * x / 2 : x - 0.5)],
                _ => [1 - (Dot(predicted, code) / Math.Sqrt(Dot(predicted, predicted) * Dot(code, code)))],
            };
        }

        float[] logits = predicted;
        if (codec is PcaCodec components)
        {
            logits = new float[model.Size * model.Size];
            components.Reconstruct(predicted, logits, classIndex);
        }
        else if (codec is not null)
        {
            float[] pixels = new float[model.Size * model.Size];
            codec.Decode(predicted, pixels, classIndex);
            logits = [.. pixels.Select(p => (float)Math.Log(p / (1.0 - p)))];
        }

        byte[] mask = batch.BoxMasks[instance].ToArray();
        return [.. logits.Zip(mask, (x, m) => Math.Log(1 + Math.Exp(m != 0 ? -x : x)))];
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
