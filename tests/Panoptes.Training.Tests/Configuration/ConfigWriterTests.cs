using FsCheck;
using FsCheck.Fluent;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Tests.Configuration;

public class ConfigWriterTests
{
    private static readonly PanoptesConfig s_unusual = new()
    {
        Seed = 12,
        Model = new()
        {
            Weights = Path.GetFullPath("/weights/a \"quoted\": #name é.safetensors"),
            Fcos = new() { BoxLoss = BoxLoss.LinearIoU },
        },
        Input = new() { ShortSide = [640, 800], Std = [1, 1, 1] },
        Data = new() { Root = Path.GetFullPath("/null"), Train = new() { Limit = 5 } },
        Schedule = new() { Decay = new() { Milestones = [] } },
        Optimizer = new() { LearningRate = 1e-7, ClipNorm = 0.1 },
    };

    [Fact]
    public void Yaml_reads_back_to_the_same_configuration()
    {
        Assert.Equal(s_unusual, ConfigLoader.Parse(ConfigWriter.ToYaml(s_unusual), "show"));
        Assert.Equal(new PanoptesConfig(), ConfigLoader.Parse(ConfigWriter.ToYaml(new PanoptesConfig()), "show"));
    }

    [Fact]
    public void Json_reads_back_to_the_same_configuration()
    {
        Assert.Equal(s_unusual, ConfigLoader.Parse(ConfigWriter.ToJson(s_unusual), "show"));
        Assert.Equal(new PanoptesConfig(), ConfigLoader.Parse(ConfigWriter.ToJson(new PanoptesConfig()), "show"));
    }

    [Fact]
    public void Any_real_number_survives() => Prop.ForAll<NormalFloat>(x =>
    {
        double rate = Math.Abs(x.Get) % 100;
        PanoptesConfig config = new() { Optimizer = new() { LearningRate = rate } };
        return Survives(config);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_path_survives() => Prop.ForAll<NonEmptyString>(text =>
    {
        string name = new([.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c != '/')]);
        PanoptesConfig config = new() { Model = new() { Weights = Path.GetFullPath("/w/" + name.Trim() + "x") } };
        return Survives(config);
    }).QuickCheckThrowOnFailure();

    private static bool Survives(PanoptesConfig config) =>
        ConfigLoader.Parse(ConfigWriter.ToYaml(config), "show") == config
        && ConfigLoader.Parse(ConfigWriter.ToJson(config), "show") == config;

    [Fact]
    public void Yaml_is_written_in_snake_case_with_every_key()
    {
        string yaml = ConfigWriter.ToYaml(new PanoptesConfig());
        Assert.StartsWith("model:\n  method: embedmask\n  weights: null\n  backbone:\n    type: resnet50\n", yaml);
        Assert.Contains("\n    stride_in_1x1: false\n", yaml);
        Assert.Contains("\n  embedmask:\n    embedding_dim: 32\n", yaml);
        Assert.Contains("\n    box_loss: giou\n", yaml);
        Assert.Contains("\n  style: detectron2\n", yaml);
        Assert.Contains("\n  mean: [123.675, 116.28, 103.53]\n", yaml);
    }
}
