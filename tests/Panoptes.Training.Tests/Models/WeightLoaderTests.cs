using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public sealed class WeightLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string WeightFile => Path.Combine(_folder.Path, "weights.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_with_other_classes_gives_all_but_the_last_layer()
    {
        PanoptesConfig config = TinyModel.Config();
        using TrainableModel source = ModelFactory.Create(config, classes: 9);
        using TrainableModel target = ModelFactory.Create(config, classes: 2);
        SafetensorsWriter.Write(WeightFile, source.State());
        LoadReport report = WeightLoader.LoadPart(target, WeightFile);
        Assert.Equal(
            [
                "'head.fcos.cls_logits.bias' ([9] in the file, [2] here)",
                "'head.fcos.cls_logits.weight' ([9, 8, 3, 3] in the file, [2, 8, 3, 3] here)",
            ],
            report.Missing.Order());
        Assert.Equal(["head.fcos.cls_logits.bias", "head.fcos.cls_logits.weight"], report.Unused.Order());
        AssertSame(source, target, name => !name.StartsWith("head.fcos.cls_logits", StringComparison.Ordinal));
    }

    [Fact]
    public void A_backbone_under_torchvisions_names_goes_below_backbone()
    {
        PanoptesConfig config = TinyModel.Config();
        using EmbedMaskModel source = TinyModel.Create(config);
        using TrainableModel target = ModelFactory.Create(config, TinyModel.Classes);
        using (TensorScope scope = new())
        {
            SafetensorsWriter.Write(
                WeightFile,
                source.State()
                    .Where(t => t.Name.StartsWith("backbone.", StringComparison.Ordinal))
                    .Select(t => (t.Name["backbone.".Length..], t.Value))
                    .Append(("fc.weight", Tensor.Zeros([10, 4]))));
        }

        LoadReport report = WeightLoader.LoadPart(target, WeightFile);
        Assert.Equal(["fc.weight"], report.Unused);
        Assert.DoesNotContain(report.Missing, name => name.Contains("backbone", StringComparison.Ordinal));
        AssertSame(source, target, name => name.StartsWith("backbone.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_fits_nowhere_is_refused()
    {
        using (TensorScope scope = new())
        {
            SafetensorsWriter.Write(WeightFile, [("conv1.weight", Tensor.Zeros([64, 3, 7, 7])), ("other", Tensor.Zeros([2]))]);
        }

        using EmbedMaskModel target = TinyModel.Create(TinyModel.Config());
        InputException error = Assert.Throws<InputException>(() => WeightLoader.LoadPart(target, WeightFile));
        Assert.StartsWith(WeightFile, error.Message);
        Assert.Contains("model.weights", error.Message);
    }

    [Fact]
    public void A_whole_model_must_be_whole()
    {
        using EmbedMaskModel model = TinyModel.Create(TinyModel.Config());
        SafetensorsWriter.Write(WeightFile, model.State().Where(t => t.Name != "fpn.p6.bias"));
        using SafetensorsFile file = WeightLoader.Open(WeightFile);
        InputException error = Assert.Throws<InputException>(() => WeightLoader.LoadAll(model, file));
        Assert.Contains("1 tensors", error.Message);
        Assert.Contains("'fpn.p6.bias' (not in the file)", error.Message);
    }

    [Fact]
    public void Missing_and_damaged_files_are_named()
    {
        Assert.Equal($"{WeightFile}: file not found.", Assert.Throws<InputException>(() => WeightLoader.Open(WeightFile)).Message);
        File.WriteAllText(WeightFile, "no weights");
        Assert.StartsWith(WeightFile, Assert.Throws<InputException>(() => WeightLoader.Open(WeightFile)).Message);
    }

    private static void AssertSame(Module source, Module target, Func<string, bool> which)
    {
        Dictionary<string, float[]> values = source.State().ToDictionary(t => t.Name, t => t.Value.ToArray<float>());
        Assert.All(
            target.State().Where(t => which(t.Name)),
            t => Assert.Equal(values[t.Name], t.Value.ToArray<float>()));
    }
}
