using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Torch;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Models.Ciae;

[Collection(TorchCollection.Name)]
public class CiaeModelTests
{
    private const string Ciae = TinyCiae.Prefix;

    [Fact]
    public void Weights_start_as_decided()
    {
        PanoptesConfig config = TinyCiae.Config(
            "model.head.channels=64", "model.fpn.channels=64", Ciae + "channels=64", Ciae + "embedding_dim=32");
        using CiaeModel model = TinyCiae.Create(config);
        using TensorScope scope = new();
        Dictionary<string, Tensor> state = model.State().ToDictionary(t => t.Name, t => t.Value);
        Assert.All(
            new[] { "head.fcos.bbox_pred", "head.pixel_embed_pred", "head.box_embed_pred", "head.box_embed_fusion" },
            name => Assert.Equal(0.01, Math.Sqrt(state[name + ".weight"].Square().Mean().ToDouble()), 5e-4));
        Assert.Equal(-4.59511985f, state["head.fcos.cls_logits.bias"].ToArray<float>()[0], 1e-6f);

        // He et al.'s normal numbers over the fan-out, and no bias before a normalization.
        Assert.Equal(Math.Sqrt(2.0 / (64 * 9)), Math.Sqrt(state["head.embed_branch.p3.0.weight"].Square().Mean().ToDouble()), 1e-3);
        Assert.DoesNotContain("head.embed_branch.p3.0.bias", state.Keys);
        Assert.Equal([TinyCiae.Stuff + 1, 32], state["memory.vectors"].Shape.ToArray());

        // P5: three convolutions, each told where it is; P4 two, P3 and P2 one.
        Assert.Equal([64, 66, 3, 3], state["head.embed_branch.p5.0.conv.weight"].Shape.ToArray());
        Assert.Equal([64, 66, 3, 3], state["head.embed_branch.p5.8.conv.weight"].Shape.ToArray());
        Assert.Equal([64, 64, 3, 3], state["head.embed_branch.p4.4.weight"].Shape.ToArray());
        Assert.Equal([3, 2, 1, 1], new[] { "p5", "p4", "p3", "p2" }.Select(
            level => state.Keys.Count(k => k.StartsWith($"head.embed_branch.{level}.", StringComparison.Ordinal)) / 3));
        Assert.Contains("fpn.lateral2.weight", state.Keys);
        Assert.Contains("fpn.output2.weight", state.Keys);
    }

    [Theory]
    [InlineData("paper", 6, 4, false)]
    [InlineData("wider embeddings", 16, 4, false, Ciae + "embedding_dim=16")]
    [InlineData("things apart", 6, 8, false, Ciae + "things=specific", Ciae + "category_source=embedding")]
    [InlineData("things unknown", 6, 3, false, Ciae + "things=none")]
    [InlineData("a detector without classes", 6, 8, false,
        Ciae + "things=specific", Ciae + "category_source=embedding", Ciae + "merge_detector=true")]
    [InlineData("without its extras", 6, 4, false, Ciae + "coord_conv=false", Ciae + "box_embedding=false")]
    [InlineData("a separate semantic head", 6, 4, true, "model.semantic.enabled=true")]
    public void Outputs_have_the_names_and_shapes_that_the_card_promises(
        string variant, int dim, int categories, bool semantic, params string[] settings)
    {
        PanoptesConfig config = TinyCiae.Config(settings);
        using CiaeModel model = TinyCiae.Create(config);
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
        }

        Assert.Equal([2, dim, 16, 24], maps[CiaeOutputs.Embedding].Shape.ToArray());
        Tensor memory = maps[CiaeOutputs.Memory];
        Assert.Equal([1, dim, 1, categories], memory.Shape.ToArray());
        Assert.All(memory.Square().Sum([1]).ToArray<float>(), length => Assert.Equal(1, length, 1e-5f));
        Assert.Equal(semantic, maps.TryGetValue(OutputNames.SemanticLogits, out Tensor? logits));
        if (semantic)
        {
            Assert.Equal([2, TinyCiae.Stuff + 1, 16, 24], logits!.Shape.ToArray());
        }

        ModelCard card = TinyCiae.Card(config);
        card.Validate(variant);
        Assert.Equal((Method.Ciae, TinyCiae.Stuff), (card.Method, card.StuffClasses.Count));
        Assert.Equal(dim, ((CiaeOptions)card.MethodOptions).EmbeddingDim);
        Assert.Equal(semantic, card.PanopticMerge is not null);
    }

    [Fact]
    public void A_detector_without_classes_finds_things_as_the_first_class_only()
    {
        PanoptesConfig config = TinyCiae.Config(Ciae + "things=specific", Ciae + "category_source=embedding", Ciae + "merge_detector=true");
        using CiaeModel model = TinyCiae.Create(config);
        using TensorScope scope = new();
        Assert.Equal([1], model.State().Single(t => t.Name == "head.fcos.cls_logits.bias").Value.Shape.ToArray());
        Tensor probabilities = model.Predict(Tensor.Rand([1, 3, 64, 64])).First(m => m.Name == "class_logits_p3").Map.Sigmoid();
        Assert.True(probabilities.Select(1, 0).Min().ToDouble() > 1e-3);
        Assert.True(probabilities.Narrow(1, 1, TinyModel.Classes - 1).Max().ToDouble() < 1e-30);

        using Batch batch = TinyCiae.Batch(config);
        TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
    }

    [Fact]
    public void Pixels_teach_the_box_embedding_through_the_box_tower_and_nothing_of_the_boxes()
    {
        foreach (bool fused in new[] { true, false })
        {
            PanoptesConfig config = TinyCiae.Config($"{Ciae}box_embedding={(fused ? "true" : "false")}");
            using CiaeModel model = TinyCiae.Wide(config);
            using TensorScope scope = new();
            using Batch batch = TinyCiae.Batch(config);
            IReadOnlyList<LossTerm> terms = model.ComputeLosses(TinyModel.Images(batch), batch).Terms;
            (terms.Single(t => t.Name == "category").Value + terms.Single(t => t.Name == "instance").Value).Backward();
            string[] learning =
                [.. model.Parameters().Where(p => p.Value.Grad is { } g && g.Abs().Max().ToDouble() > 0).Select(p => p.Name)];
            Assert.Equal(fused, learning.Contains("head.box_embed_pred.weight"));
            Assert.Equal(fused, learning.Contains("head.fcos.bbox_tower.0.weight"));
            Assert.DoesNotContain("head.fcos.bbox_pred.weight", learning);
            Assert.DoesNotContain("head.fcos.cls_tower.0.weight", learning);
            string[] branch =
                ["backbone.conv1.weight", "fpn.lateral2.weight", "head.embed_branch.p5.0.conv.weight", "head.pixel_embed_pred.weight"];
            Assert.All(branch, name => Assert.Contains(name, learning));
        }
    }

    public static TheoryData<string, TinyCiaeImages> HardBatches => new()
    {
        { "no things", new([[], []]) },
        { "one image without things", new([[], [new(1, 10, 10, 30, 40)]]) },
        { "no stuff", new([[new(0, 0, 0, 64, 64)]]) },
        { "two by two pixels", new([[new(0, 11, 11, 2, 2)]]) },
        { "pixels that stride 4 passes by", new([[new(0, 12, 12, 2, 2)], [new(1, 63, 63, 1, 1)]]) },
        { "a line", new([[new(0, 0, 5, 64, 1)]]) },
    };

    [Theory]
    [MemberData(nameof(HardBatches))]
    public void Hard_batches_train(string what, TinyCiaeImages images)
    {
        string[] settings =
        [
            Ciae + "loss_stride=1", Ciae + "loss_stride=4", Ciae + "things=specific", Ciae + "things=none", Ciae + "hard_pixel_percent=5",
            Ciae + "box_filter=0", "model.semantic.enabled=true",
        ];
        foreach (string setting in settings)
        {
            PanoptesConfig config = TinyCiae.Config(setting);
            foreach (Batch batch in TinyCiae.Batches(config, images.Things.Length, images.Things))
            {
                CheckTrains(config, batch, $"{what}, {setting}", images.Things.Sum(p => p.Length));
            }
        }
    }

    [Fact]
    public void An_image_without_any_label_trains()
    {
        string[] settings = [Ciae + "loss_stride=1", Ciae + "loss_stride=4", Ciae + "things=none", "model.semantic.enabled=true"];
        foreach (string setting in settings)
        {
            PanoptesConfig config = TinyCiae.Config(setting);
            IReadOnlyList<LossTerm> terms = CheckTrains(config, TinyCiae.Void(config), setting, 0);
            Assert.All(terms.Where(t => t.Name is "category" or "instance" or "semantic"), t => Assert.Equal(0, t.Value.ToDouble()));
        }
    }

    [Fact]
    public void Steps_on_one_batch_learn_it()
    {
        PanoptesConfig config = TinyCiae.Config(
            Ciae + "loss_stride=4", "optimizer.kind=adamw", "optimizer.learning_rate=0.005", "optimizer.base_batch=2",
            "model.fpn.channels=16", "model.head.channels=16", Ciae + "channels=16");
        using CiaeModel model = TinyCiae.Create(config);
        using Optimizer optimizer = OptimizerFactory.Create(config.Optimizer, model);
        using Batch batch = TinyCiae.Batch(config);
        List<double> categories = [], instances = [];
        for (int i = 0; i < 100; i++)
        {
            using TensorScope scope = new();
            BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
            categories.Add(loss.Terms.Single(t => t.Name == "category").Value.ToDouble());
            instances.Add(loss.Terms.Single(t => t.Name == "instance").Value.ToDouble());
            TinyModel.Total(loss).Backward();
            optimizer.Step();
            optimizer.ZeroGrad();
        }

        // Each pixel keeps at least its own term's floor, 0.0723; twice that in the instance loss, five times where it is a thing's.
        Assert.InRange(categories[^1], 0.0723, categories[0] / 2);
        Assert.InRange(instances[^1], 0.1446, instances[0] / 2);
    }

    [Fact]
    public void A_saved_model_brings_its_memory_and_predicts_the_same()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        PanoptesConfig config = TinyCiae.Config("model.semantic.enabled=true");
        using CiaeModel model = TinyCiae.Wide(config);
        using TensorScope scope = new();
        using (Batch batch = TinyCiae.Batch(config))
        {
            model.ComputeLosses(TinyModel.Images(batch), batch); // moves the memory
        }

        ModelFile.Save(path, model, TinyCiae.Card(config));
        using TorchNetwork loaded = ModelFile.Load(path);
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NoGrad noGrad = new();
        Tensor image = Tensor.Randn([1, 3, 64, 64]);
        image.CopyTo(input.Data);
        model.Train(false);
        using NetworkOutput output = loaded.Run(input, TestContext.Current.CancellationToken);
        Assert.All(model.Predict(image), map =>
        {
            float[] values = map.Map.ToArray<float>();
            float scale = values.Max(MathF.Abs);
            Assert.All(values.Zip(output[map.Name].Data.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * scale));
        });
    }

    [Fact]
    public void A_semantic_head_without_stuff_is_refused()
    {
        PanoptesConfig config = TinyCiae.Config("model.semantic.enabled=true");
        Assert.Contains(
            "model.semantic.enabled: the head labels classes of stuff, and the data has none",
            Assert.Throws<InputException>(() => ModelFactory.Create(config, 2)).Message);
    }

    private static IReadOnlyList<LossTerm> CheckTrains(PanoptesConfig config, Batch batch, string what, int things)
    {
        using CiaeModel model = TinyCiae.Create(config);
        using (batch)
        {
            BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
            TinyModel.Total(loss).Backward();
            Assert.Equal(things, loss.Objects);
            Assert.All(loss.Terms, t => Assert.True(double.IsFinite(t.Value.ToDouble()), $"{what}: {t.Name}"));
            Assert.All(model.Parameters(), p => Assert.True(
                p.Value.Grad is { } gradient && gradient.Isfinite().All().ToDouble() == 1, $"{what}: gradient of {p.Name}"));
            return loss.Terms;
        }
    }
}
