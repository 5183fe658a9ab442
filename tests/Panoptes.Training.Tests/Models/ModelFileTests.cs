using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string ModelPath => Path.Combine(_folder.Path, "model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData()]
    [InlineData("channels_last=false")]
    [InlineData("model.backbone.norm=batch_norm", "model.fcos.normalizer=moving_fg")]
    [InlineData("model.embedmask.margin.dims=per_dim", "model.embedmask.margin.source=tower", "model.embedmask.add_coordinates=true")]
    [InlineData("model.embedmask.margin.dims=per_dim", "model.embedmask.margin.source=tower", "model.embedmask.margin.level_scales=true")]
    [InlineData("model.head.deformable=v2", "model.backbone.deformable.version=v1", "model.backbone.deformable.stages=[4]")]
    [InlineData("model.backbone.type=resnext101_32x8d", "model.backbone.base_width=8")]
    public void A_saved_model_predicts_the_same(params string[] settings)
    {
        PanoptesConfig config = TinyModel.Config(settings);
        ModelCard card = Card(config);
        using EmbedMaskModel model = TinyModel.Create(config);
        ModelFile.Save(ModelPath, model, card);
        using TorchNetwork loaded = ModelFile.Load(ModelPath);
        Assert.Equal(card.ToJson(), loaded.Card.ToJson());
        Assert.Equal(model.State().Sum(t => t.Value.Count), loaded.ParameterCount);

        using NetworkInput input = new([new InputImage(64, 64, 64, 64), new InputImage(90, 60, 96, 64)], 96, 64);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        TorchRuntime.Seed(5);
        Tensor images = Tensor.Randn([2, 3, 64, 96]);
        images.CopyTo(input.Data);
        model.Train(false);
        using NetworkOutput output = loaded.Run(input, TestContext.Current.CancellationToken);
        List<(string Name, Tensor Map)> expected = [.. model.Predict(images)];
        Assert.Equal(expected.Select(m => m.Name).Order(), output.Names.Order());
        Assert.All(expected, map =>
        {
            FeatureMap found = output[map.Name];
            Assert.Equal(map.Map.Shape.ToArray(), new long[] { found.Batch, found.Channels, found.Height, found.Width });
            float[] values = map.Map.ToArray<float>();
            float scale = values.Max(MathF.Abs);
            for (int i = 0; i < values.Length; i++)
            {
                Assert.Equal(values[i], found.Data[i], 1e-4f * scale);
            }
        });
    }

    [Fact]
    public void Running_a_model_that_is_being_trained_leaves_it_training()
    {
        PanoptesConfig config = TinyModel.Config("model.backbone.norm=batch_norm");
        using EmbedMaskModel model = TinyModel.Create(config);
        using TorchNetwork network = new(model, Card(config), Device.Cpu, channelsLast: true, ownsModel: false);
        float[] before = model.Buffers().First().Value.ToArray<float>();
        using NetworkInput input = new([new InputImage(32, 32, 32, 32)], 32, 32);
        using (network.Run(input, TestContext.Current.CancellationToken))
        {
            Assert.True(model.IsTraining);
            Assert.Equal(before, model.Buffers().First().Value.ToArray<float>());
        }
    }

    [Fact]
    public void Weights_without_a_card_are_no_model()
    {
        using (TensorScope scope = new())
        {
            SafetensorsWriter.Write(ModelPath, [("conv1.weight", Tensor.Zeros([1]))]);
        }

        InputException error = Assert.Throws<InputException>(() => ModelFile.Load(ModelPath));
        Assert.StartsWith(ModelPath, error.Message);
        Assert.Contains("model card", error.Message);
    }

    [Fact]
    public void A_card_of_another_network_is_refused()
    {
        using EmbedMaskModel model = TinyModel.Create(TinyModel.Config());
        ModelFile.Save(ModelPath, model, Card(TinyModel.Config("model.embedmask.embedding_dim=6")));
        InputException error = Assert.Throws<InputException>(() => ModelFile.Load(ModelPath));
        Assert.StartsWith(ModelPath, error.Message);
        Assert.Contains("proposal_embed_pred", error.Message);
    }

    [Theory]
    [InlineData("model.backbone.base_width=512")]
    [InlineData("model.fpn.channels=1024")]
    [InlineData("model.head.channels=1024", "model.head.convs=8")]
    public void A_file_too_small_for_its_network_is_refused_before_the_network_is_built(params string[] settings)
    {
        using EmbedMaskModel model = TinyModel.Create(TinyModel.Config());
        ModelFile.Save(ModelPath, model, Card(TinyModel.Config(settings)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException error = Assert.Throws<InputException>(() => ModelFile.Load(ModelPath));
        Assert.Contains("describes a network of", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelPath, "model card"), (error.File, error.Place));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    [Fact]
    public void Strides_are_those_of_the_network()
    {
        using EmbedMaskModel model = TinyModel.Create(TinyModel.Config());
        ModelCard card = Card(TinyModel.Config());
        ModelFile.Save(ModelPath, model, card with { Detection = card.Detection with { Strides = [8] } });
        Assert.Contains("'detection.strides' is [8]", Assert.Throws<InputException>(() => ModelFile.Load(ModelPath)).Message);
    }

    internal static ModelCard Card(PanoptesConfig config) =>
        ModelCards.Create(config, [.. Enumerable.Range(1, TinyModel.Classes).Select(i => new ModelClass($"class {i}", i))]);
}
