using Panoptes.Training.Configuration;

namespace Panoptes.Training.Tests.Configuration;

public sealed class ConfigValidatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_defaults_are_sound() => Assert.Empty(ConfigValidator.Check(new PanoptesConfig()));

    [Fact]
    public void Records_made_in_code_are_checked_like_files()
    {
        PanoptesConfig config = new() { Optimizer = new() { Momentum = 1 }, Input = new() { ShortSide = [5] } };
        Assert.Equal(
            [
                new ConfigProblem("input.short_side",
                    "[5] is not allowed; expected a list of 1 or more, each a whole number from 16 to 8192."),
                new ConfigProblem("optimizer.momentum", "1 is not allowed; expected a number of at least 0 and below 1."),
            ],
            ConfigValidator.Check(config));
    }

    [Theory]
    [InlineData("model.meinst.dimension", "17 numbers are more than the 16 pixels of model.meinst.size, 4.", "size=4", "dimension=17")]
    [InlineData("model.meinst.large_kernel", "8 is even; a kernel needs a center; 0 means none.", "large_kernel=8")]
    [InlineData("model.meinst.encoding", "implicit classifies decoded pixels, which must be logits: it needs space: logit.",
        "encoding=implicit", "space=binary")]
    [InlineData("model.meinst.encoding", "implicit decodes all locations by one matrix: it needs by_class: false.",
        "encoding=implicit", "by_class=true")]
    public void Settings_of_MEInst_must_fit_each_other(string key, string message, params string[] settings)
    {
        string[] all = [.. settings.Select(s => "model.meinst." + s)];
        InputException error = Assert.Throws<InputException>(() => ConfigLoader.Parse("", "test", ["model.method=meinst", .. all]));
        ConfigLoader.Parse("", "test", all); // nothing of it is read by another method
        Assert.Contains($"{key}: {message}", error.Message);
    }

    [Theory]
    [InlineData("model.head.deformable: 'v3' is not allowed; expected one of none, v1, v2.", "model.head.deformable=v3")]
    [InlineData("model.head.deformable: deforms the last convolution of each tower; head.convs must be at least 1.",
        "model.head.deformable=v1", "model.head.convs=0")]
    [InlineData("model.embedmask.margin.level_scales: needs dims: per_dim", "model.embedmask.margin.level_scales=true")]
    [InlineData("model.backbone.deformable.stages: [] is not allowed; expected a list of 1 or more, each a whole number from 2 to 5.",
        "model.backbone.deformable.stages=[]")]
    [InlineData("model.backbone.deformable.stages: [1, 2] is not allowed; expected a list of 1 or more, each a whole number from 2 to 5.",
        "model.backbone.deformable.stages=[1, 2]")]
    [InlineData("model.backbone.deformable.stages: [4, 3] must increase.", "model.backbone.deformable.stages=[4, 3]")]
    [InlineData("model.backbone.base_width: 24 channels cannot be divided into the groups of resnext101_64x4d; expected a multiple of 16.",
        "model.backbone.type=resnext101_64x4d", "model.backbone.base_width=24", "model.backbone.norm_groups=8")]
    [InlineData("model.backbone.base_width: 12 channels cannot be divided into the groups of resnext101_32x8d; expected a multiple of 8.",
        "model.backbone.type=resnext101_32x8d", "model.backbone.base_width=12", "model.backbone.norm_groups=4")]
    public void Settings_of_backbone_and_head_must_fit_each_other(string message, params string[] settings)
    {
        InputException error = Assert.Throws<InputException>(() => ConfigLoader.Parse("", "test", settings));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Offsets_that_never_learn_are_advised_against()
    {
        PanoptesConfig config = new()
        {
            Model = new()
            {
                Weights = "w",
                Backbone = new() { FrozenStages = 3, Deformable = new() { Version = DeformableVersion.V2, Stages = [2, 3, 5] } },
            },
        };
        ConfigProblem advice = Assert.Single(ConfigValidator.Advise(config));
        Assert.Equal("model.backbone.deformable.stages", advice.Key);
        Assert.StartsWith("2, 3: frozen_stages 3 keeps", advice.Message);
        ModelConfig plain = config.Model with { Backbone = config.Model.Backbone with { Deformable = new() { Stages = [2, 3, 5] } } };
        Assert.Empty(ConfigValidator.Advise(config with { Model = plain }));
    }

    [Theory]
    [InlineData("model.ciae.category_source",
        "embedding compares an instance with the memory of each class of things: it needs things: specific.",
        "ciae.category_source=embedding")]
    [InlineData("model.ciae.merge_detector",
        "leaves the detector without classes, which the embedding must name: it needs category_source: embedding.",
        "ciae.merge_detector=true")]
    [InlineData("model.ciae.norm_groups", "32 groups do not divide model.ciae.channels, 48 channels.", "ciae.channels=48")]
    [InlineData("model.semantic.norm_groups", "7 groups do not divide model.semantic.channels, 128 channels.", "semantic.norm_groups=7")]
    public void Settings_of_panoptic_heads_must_fit_each_other(string key, string message, params string[] settings)
    {
        string[] all = ["model.method=ciae", .. settings.Select(s => "model." + s)];
        InputException error = Assert.Throws<InputException>(() => ConfigLoader.Parse("", "test", all));
        Assert.Contains(key, error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Frozen_stages_without_weights_are_refused()
    {
        string message = Assert.Throws<InputException>(() => ConfigValidator.RequireLearnable(new PanoptesConfig())).Message;
        Assert.StartsWith("model.backbone.frozen_stages: 2 stages", message);
        Assert.Contains("model.weights=FILE", message);
        Assert.Contains("model.backbone.frozen_stages=0 and model.backbone.norm=group_norm", message);

        ConfigValidator.RequireLearnable(new PanoptesConfig { Model = new() { Weights = "w" } });
        ConfigValidator.RequireLearnable(new PanoptesConfig { Model = new() { Backbone = new() { FrozenStages = 0 } } });
    }

    [Fact]
    public void Frozen_normalization_without_weights_is_advised_against()
    {
        Assert.Equal(["model.backbone.norm"], ConfigValidator.Advise(new PanoptesConfig()).Select(a => a.Key));
        Assert.Empty(ConfigValidator.Advise(new PanoptesConfig { Model = new() { Weights = "w" } }));
    }

    [Theory]
    [InlineData("input.long_side", "input.short_side=[512, 576, 640]", "input.long_side=576")]
    [InlineData("input.test_short_side", "input.short_side=[512]", "input.long_side=576", "input.test_short_side=896")]
    [InlineData("input.test_short_side", "input.test_long_side=700")]
    [InlineData("input.scale_jitter", "input.scale_jitter=[1, 2]")]
    [InlineData(null, "input.scale_jitter=[1, 2]", "input.test_short_side=1000")]
    [InlineData(null, "input.scale_jitter=[0.5, 2]")]
    [InlineData(null, "input.short_side=[512, 576]", "input.long_side=576")]
    public void Sizes_that_another_key_overrules_are_advised_against(string? key, params string[] settings)
    {
        PanoptesConfig config = ConfigLoader.Parse("", "test", ["model.backbone.norm=group_norm", .. settings]);
        string[] expected = key is null ? [] : [key];
        Assert.Equal(expected, ConfigValidator.Advise(config).Select(a => a.Key));
    }

    [Fact]
    public void Training_without_data_is_refused() =>
        Assert.StartsWith("data.train.images: not set;",
            Assert.Throws<InputException>(() => ConfigValidator.RequireFiles(new PanoptesConfig())).Message);

    [Fact]
    public void Files_that_do_not_exist_are_named_with_their_key()
    {
        string annotations = _folder.Write("a.json", "{}");
        PanoptesConfig config = new() { Data = new() { Train = new() { Images = _folder.Path, Annotations = annotations } } };
        ConfigValidator.RequireFiles(config);
        PanoptesConfig gone = config with { Data = config.Data with { Train = config.Data.Train with { Images = "/gone" } } };
        Assert.Equal("data.train.images: the folder '/gone' does not exist.",
            Assert.Throws<InputException>(() => ConfigValidator.RequireFiles(gone)).Message);
        gone = config with { Model = config.Model with { Weights = "/gone.st" } };
        Assert.Equal("model.weights: the file '/gone.st' does not exist.",
            Assert.Throws<InputException>(() => ConfigValidator.RequireFiles(gone)).Message);
    }
}
