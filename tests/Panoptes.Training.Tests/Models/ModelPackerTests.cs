using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public sealed class ModelPackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Source => Path.Combine(_folder.Path, "model.safetensors");

    private string Packed => Path.Combine(_folder.Path, "packed.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PackedWeights.Int8, 0.4)]
    [InlineData(PackedWeights.Fp16, 0.55)]
    [InlineData(PackedWeights.Fp32, 1.01)]
    public void A_packed_model_has_nearly_the_weights(PackedWeights weights, double size)
    {
        using EmbedMaskModel model = Save();

        ModelPacker.Pack(Source, Packed, weights, card => card with { Description = "small" });

        Assert.InRange(new FileInfo(Packed).Length, 1, size * new FileInfo(Source).Length);
        Assert.Equal("small", ModelCard.Load(Packed).Description);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using TorchNetwork read = ModelFile.Load(Packed);
        Dictionary<string, Tensor> state = read.Model.State().ToDictionary(t => t.Name, t => t.Value);
        foreach ((string name, Tensor before) in model.State())
        {
            Tensor difference = (state[name] - before).Abs();
            if (weights == PackedWeights.Fp32 || before.Shape.Length < 2)
            {
                Assert.Equal(0, difference.Sum().ToDouble());
                continue;
            }

            // Half a step of the integers of an output channel; of a 16-bit float half of its last of 11 bits.
            Tensor rows = before.Reshape([before.Size(0), -1]).Abs();
            Tensor allowed = weights == PackedWeights.Int8
                ? rows.Amax([1], keepdim: true) * (0.5001 / 127)
                : (rows * (1.0 / 2048)).ClampMin(3e-8f);
            Tensor beyond = difference.Reshape([before.Size(0), -1]) - allowed;
            Assert.True(beyond.Max().ToDouble() <= 1e-7, name);
        }
    }

    [Fact]
    public void A_packed_model_is_one_to_start_from()
    {
        using EmbedMaskModel model = Save();
        ModelPacker.Pack(Source, Packed, PackedWeights.Int8);
        using EmbedMaskModel other = TinyModel.Create(TinyModel.Config([]));

        LoadReport report = WeightLoader.LoadPart(other, Packed);

        Assert.Empty(report.Missing);
        Assert.Empty(report.Unused);
    }

    [Fact]
    public void A_scale_that_does_not_fit_is_named()
    {
        using EmbedMaskModel model = Save();
        ModelPacker.Pack(Source, Packed, PackedWeights.Int8);
        string broken = Path.Combine(_folder.Path, "broken.safetensors");
        using (TensorScope scope = new())
        using (SafetensorsFile file = SafetensorsFile.Open(Packed))
        {
            string first = file.Tensors.Keys.First(name => name.EndsWith("_scale", StringComparison.Ordinal));
            SafetensorsWriter.Write(
                broken,
                file.Tensors.Keys.Select(name => (name, name == first ? Tensor.Zeros([3]) : file.Load(name))),
                file.Metadata);
        }

        InputException error = Assert.Throws<InputException>(() => ModelFile.Load(broken));
        Assert.Equal(InputErrorKind.Damaged, error.Kind);
        Assert.Contains("its scale has 3 values", error.Message, StringComparison.Ordinal);
    }

    private EmbedMaskModel Save()
    {
        PanoptesConfig config = TinyModel.Config([]);
        EmbedMaskModel model = TinyModel.Create(config);
        ModelFile.Save(Source, model, ModelFileTests.Card(config));
        return model;
    }
}
