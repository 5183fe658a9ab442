using Panoptes.Training.Configuration;
using Panoptes.Training.Models.EmbedMask;

namespace Panoptes.Training.Tests.Configuration;

public sealed class ConfigLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private PanoptesConfig Load(string yaml, params string[] overrides)
    {
        _folder.Write("test.yaml", yaml);
        return ConfigLoader.Load("test.yaml", overrides, _folder.Path);
    }

    private string Refusal(string yaml, params string[] overrides) => Assert.Throws<InputException>(() => Load(yaml, overrides)).Message;

    [Fact]
    public void An_empty_file_is_the_defaults() => Assert.Equal(new PanoptesConfig(), Load(""));

    [Fact]
    public void A_file_of_comments_is_the_defaults() => Assert.Equal(new PanoptesConfig(), Load("# nothing\n"));

    [Fact]
    public void Values_of_every_type_are_read()
    {
        PanoptesConfig config = Load("""
            seed: 7
            channels_last: false
            precision: bf16
            model:
              weights: "weights.safetensors"
              backbone: { type: resnet101, stride_in_1x1: true }
              fcos: { box_loss: linear_iou, level_boundaries: [32, 64.5, 128, 256] }
              embedmask: { positive_rule: best_one, margin: { dims: per_dim } }
            input: { short_side: [640, 800], test_short_side: null }
            optimizer: { weight_decay: 1e-4, clip_norm: 35 }
            """);
        Assert.Equal(7, config.Seed);
        Assert.False(config.ChannelsLast);
        Assert.Equal(Precision.Bf16, config.Precision);
        Assert.Equal(Path.Combine(_folder.Path, "weights.safetensors"), config.Model.Weights);
        Assert.Equal(BackboneType.ResNet101, config.Model.Backbone.Type);
        Assert.True(config.Model.Backbone.StrideIn1x1);
        Assert.Equal(BoxLoss.LinearIoU, config.Model.Fcos.BoxLoss);
        Assert.Equal([32, 64.5, 128, 256], config.Model.Fcos.LevelBoundaries);
        Assert.Equal(PositiveRule.BestOne, config.Model.EmbedMask.PositiveRule);
        Assert.Equal(MarginDims.PerDim, config.Model.EmbedMask.Margin.Dims);
        Assert.Equal([640, 800], config.Input.ShortSide);
        Assert.Equal(800, config.Input.EffectiveTestShortSide);
        Assert.Equal(1e-4, config.Optimizer.WeightDecay);
        Assert.Equal(35, config.Optimizer.ClipNorm);
    }

    [Fact]
    public void The_keys_that_scripts_set_are_reached_from_the_command_line()
    {
        PanoptesConfig config = Load("", "data.train.images=a", "data.train.annotations=b.json", "data.train.panoptic=c.json",
            "data.train.panoptic_folder=d", "data.val.images=e", "data.val.annotations=f.json", "data.val.panoptic=g.json",
            "data.val.panoptic_folder=h", "schedule.iterations=0", "schedule.batch_size=2", "optimizer.learning_rate=0.005",
            "input.short_side=256", "input.long_side=320", "model.weights=w.safetensors", "seed=3");
        string At(string name) => Path.Combine(_folder.Path, name);
        Assert.Equal(new DatasetConfig { Images = At("a"), Annotations = At("b.json"), Panoptic = At("c.json"), PanopticFolder = At("d") },
            config.Data.Train);
        Assert.Equal(new DatasetConfig { Images = At("e"), Annotations = At("f.json"), Panoptic = At("g.json"), PanopticFolder = At("h") },
            config.Data.Val);
        Assert.Equal((0, 2), (config.Schedule.Iterations, config.Schedule.BatchSize));
        Assert.Equal(0.005, config.Optimizer.LearningRate);
        Assert.Equal([256], config.Input.ShortSide);
        Assert.Equal((256, 320), (config.Input.EffectiveTestShortSide, config.Input.EffectiveTestLongSide));
        Assert.Equal(At("w.safetensors"), config.Model.Weights);
        Assert.Equal(3, config.Seed);
    }

    [Fact]
    public void Arguments_may_hold_lists_null_and_equals_signs()
    {
        PanoptesConfig config = Load("optimizer: { clip_norm: 35 }", "input.short_side=[640, 672]", "optimizer.clip_norm=null",
            "data.root=a=b", "schedule.warmup={kind: linear, factor: 0.001}");
        Assert.Equal([640, 672], config.Input.ShortSide);
        Assert.Null(config.Optimizer.ClipNorm);
        Assert.EndsWith("a=b", config.Data.Root);
        Assert.Equal(new WarmupConfig { Kind = WarmupKind.Linear, Factor = 0.001, Iterations = 500 }, config.Schedule.Warmup);
    }

    [Fact]
    public void Later_arguments_win() => Assert.Equal(2, Load("seed: 0", "seed=1", "seed=2").Seed);

    [Fact]
    public void Mappings_of_an_extended_file_merge_and_lists_are_replaced()
    {
        _folder.Write("base/a.yaml", "schedule: { iterations: 10, decay: { milestones: [1, 2, 3] } }\nseed: 5");
        _folder.Write("base/b.yaml", "extends: a.yaml\nschedule: { batch_size: 3 }\nseed: 6");
        _folder.Write("c.yaml", "seed: 9\nthreads: 1");
        PanoptesConfig config = Load("extends: [base/b.yaml, c.yaml]\nschedule: { decay: { milestones: [7] } }");
        Assert.Equal((10, 3), (config.Schedule.Iterations, config.Schedule.BatchSize));
        Assert.Equal([7], config.Schedule.Decay.Milestones);
        Assert.Equal((9, 1), (config.Seed, config.Threads));
    }

    [Fact]
    public void Files_that_extend_each_other_are_refused()
    {
        _folder.Write("a.yaml", "seed: 1\nextends: test.yaml");
        Assert.Equal("a.yaml:2: extends: a circle: test.yaml -> a.yaml -> test.yaml.", Refusal("extends: a.yaml"));
    }

    [Fact]
    public void A_file_may_be_extended_on_two_ways()
    {
        _folder.Write("a.yaml", "seed: 1");
        _folder.Write("b.yaml", "extends: a.yaml");
        Assert.Equal(1, Load("extends: [a.yaml, b.yaml]").Seed);
    }

    [Fact]
    public void A_missing_extended_file_is_named_with_the_line_that_asks_for_it() =>
        Assert.Equal("test.yaml:2: extends: the configuration file 'gone.yaml' does not exist.", Refusal("seed: 1\nextends: gone.yaml"));

    [Fact]
    public void Paths_of_files_start_at_their_folder_and_those_of_arguments_at_the_current_directory()
    {
        _folder.Write("sub/data.yaml", "data: { train: { images: images, annotations: a.json } }\nmodel: { weights: ../w.st }");
        PanoptesConfig config = ConfigLoader.Load("sub/data.yaml", ["data.train.annotations=mine.json"], _folder.Path);
        Assert.Equal(Path.Combine(_folder.Path, "sub", "images"), config.Data.Train.Images);
        Assert.Equal(Path.Combine(_folder.Path, "mine.json"), config.Data.Train.Annotations);
        Assert.Equal(Path.Combine(_folder.Path, "w.st"), config.Model.Weights);
    }

    [Fact]
    public void A_data_root_moves_the_paths_of_files_but_not_those_of_arguments()
    {
        _folder.Write("sub/data.yaml", "data: { root: coco, train: { images: images, annotations: a.json } }");
        PanoptesConfig config = ConfigLoader.Load("sub/data.yaml", ["data.train.annotations=mine.json"], _folder.Path);
        Assert.Equal(Path.Combine(_folder.Path, "sub", "coco", "images"), config.Data.Train.Images);
        Assert.Equal(Path.Combine(_folder.Path, "mine.json"), config.Data.Train.Annotations);
        config = ConfigLoader.Load("sub/data.yaml", ["data.root=/elsewhere"], _folder.Path);
        Assert.Equal(Path.GetFullPath("/elsewhere/images"), config.Data.Train.Images);
    }

    [Theory]
    [InlineData("input:\n  shrt_side: 5", "test.yaml:2: unknown key 'input.shrt_side'; did you mean 'input.short_side'? Allowed under ")]
    [InlineData("schedule:\n  iterationss: 5", "test.yaml:2: unknown key 'schedule.iterationss'; did you mean 'schedule.iterations'? ")]
    [InlineData("batch_size: 5", "test.yaml:1: unknown key 'batch_size'; did you mean 'schedule.batch_size'? Allowed: channels_last, ")]
    [InlineData("seed: 1\nfrobnicate: 5", "test.yaml:2: unknown key 'frobnicate'. Allowed: ")]
    [InlineData("Seed: 1", "test.yaml:1: unknown key 'Seed'; did you mean 'seed'? Allowed: ")]
    public void Unknown_keys_are_refused_with_the_nearest_name(string yaml, string start) => Assert.StartsWith(start, Refusal(yaml));

    [Theory]
    [InlineData("seed: many", "test.yaml:1: seed: 'many' is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed: 1.5", "test.yaml:1: seed: '1.5' is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed: -1", "test.yaml:1: seed: '-1' is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed: \"1\"", "test.yaml:1: seed: \"1\" is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed:", "test.yaml:1: seed: null is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed: [1, 2]", "test.yaml:1: seed: [1, 2] is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed: 99999999999", "test.yaml:1: seed: '99999999999' is not allowed; expected a whole number of at least 0.")]
    [InlineData("channels_last: yes", "test.yaml:1: channels_last: 'yes' is not allowed; expected true or false.")]
    [InlineData("precision: fp64", "test.yaml:1: precision: 'fp64' is not allowed; expected one of fp32, bf16, amp.")]
    [InlineData("model:\n  head:\n    prior: 1",
        "test.yaml:3: model.head.prior: '1' is not allowed; expected a number above 0 and below 1.")]
    [InlineData("model: { backbone: { frozen_stages: 6 } }",
        "test.yaml:1: model.backbone.frozen_stages: '6' is not allowed; expected a whole number from 0 to 5.")]
    [InlineData("optimizer: { learning_rate: .nan }",
        "test.yaml:1: optimizer.learning_rate: '.nan' is not allowed; expected a number from 0 to 100.")]
    [InlineData("optimizer: { learning_rate: NaN }",
        "test.yaml:1: optimizer.learning_rate: 'NaN' is not allowed; expected a number from 0 to 100.")]
    [InlineData("optimizer: { clip_norm: 0 }",
        "test.yaml:1: optimizer.clip_norm: '0' is not allowed; expected a number above 0 and at most 1000000, or null.")]
    [InlineData("input: { mean: [1, 2] }",
        "test.yaml:1: input.mean: [1, 2] is not allowed; expected a list of 3, each a number from 0 to 255.")]
    [InlineData("input: { short_side: [] }",
        "test.yaml:1: input.short_side: [] is not allowed; expected a list of 1 or more, each a whole number from 16 to 8192.")]
    [InlineData("model: { embedmask: { mask_scale_factor: 3 } }",
        "test.yaml:1: model.embedmask.mask_scale_factor: '3' is not allowed; expected one of 1, 2, 4, 8.")]
    [InlineData("schedule: 5",
        "test.yaml:1: schedule: '5' is not allowed; expected keys and values (iterations, minutes, batch_size, accumulation, warmup, decay).")]
    [InlineData("data: { root: \"\" }", "test.yaml:1: data.root: \"\" is not allowed; expected a path, or null.")]
    public void Values_that_are_not_allowed_are_refused(string yaml, string message) => Assert.Equal(message, Refusal(yaml));

    [Theory]
    [InlineData("input.shrt_side=5", "argument 'input.shrt_side=5': unknown key 'input.shrt_side'; did you mean 'input.short_side'?")]
    [InlineData("seed=x", "argument 'seed=x': seed: 'x' is not allowed; expected a whole number of at least 0.")]
    [InlineData("seed", "argument 'seed': expected key=value, such as schedule.iterations=1000.")]
    [InlineData("=5", "argument '=5': expected key=value, such as schedule.iterations=1000.")]
    [InlineData("input..flip=5", "argument 'input..flip=5': expected key=value")]
    [InlineData("seed.x=5", "argument 'seed.x=5': seed: {x} is not allowed; expected a whole number of at least 0.")]
    [InlineData("input.short_side=[5", "argument 'input.short_side=[5'")]
    [InlineData("extends=other.yaml", "argument 'extends=other.yaml': unknown key 'extends'")]
    public void Arguments_that_are_not_allowed_are_refused(string argument, string start) =>
        Assert.StartsWith(start, Refusal("", argument));

    [Theory]
    [InlineData("seed: 1\nseed: 2", "test.yaml:2: ")]
    [InlineData("seed: [1", "test.yaml:")]
    [InlineData("a\n", "test.yaml:1: a configuration is a mapping")]
    [InlineData("- 1\n", "test.yaml:1: a configuration is a mapping")]
    [InlineData("seed: 1\n---\nseed: 2", "test.yaml:3: one document is allowed")]
    [InlineData("[1, 2]: 2", "test.yaml:1: a key is one word.")]
    [InlineData("extends: { a: b }", "test.yaml:1: extends: {a} is not allowed; expected a path or a list of paths.")]
    [InlineData("model: &a { backbone: *a }", "test.yaml:1: the configuration is nested too deeply")]
    public void What_is_no_configuration_is_refused_with_its_line(string yaml, string start) => Assert.StartsWith(start, Refusal(yaml));

    [Theory]
    [InlineData("model: { backbone: { norm: group_norm, base_width: 24 } }",
        "model.backbone.norm_groups: 32 groups do not divide model.backbone.base_width, 24 channels.")]
    [InlineData("model:\n  head:\n    norm_groups: 5",
        "test.yaml:3: model.head.norm_groups: 5 groups do not divide model.head.channels, 256")]
    [InlineData("model: { fpn: { levels: 4 } }",
        "model.fcos.level_boundaries: [64, 128, 256, 512] parts 5 levels, but model.fpn.levels is 4.")]
    [InlineData("model: { fcos: { level_boundaries: [64, 32, 256, 512] } }",
        "test.yaml:1: model.fcos.level_boundaries: [64, 32, 256, 512] must")]
    [InlineData("schedule: { decay: { milestones: [5, 5] } }", "test.yaml:1: schedule.decay.milestones: [5, 5] must increase.")]
    [InlineData("input: { short_side_mode: range }", "input.short_side: [800] is not a range")]
    [InlineData("input: { size_divisor: 48 }", "test.yaml:1: input.size_divisor: 48 is not a multiple of 32")]
    [InlineData("data: { train: { images: a } }", "data.train.annotations: must be set, as data.train.images is.")]
    [InlineData("data: { val: { annotations: a } }", "data.val.images: must be set, as annotations are.")]
    [InlineData("model: { embedmask: { hinge: { pull: 2 } } }", "test.yaml:1: model.embedmask.hinge.pull: 2 must be below push, 1.5.")]
    public void Keys_that_do_not_fit_each_other_are_refused(string yaml, string start) => Assert.StartsWith(start, Refusal(yaml));

    [Fact]
    public void Aliases_that_multiply_without_end_are_refused()
    {
        string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]\n"));
        Assert.EndsWith("the configuration is nested too deeply or is too large.", Refusal(yaml));
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Equal("the configuration file 'gone.yaml' does not exist.",
            Assert.Throws<InputException>(() => ConfigLoader.Load("gone.yaml", [], _folder.Path)).Message);

    [Fact]
    public void Text_from_a_model_file_is_read_under_its_own_name() =>
        Assert.StartsWith("model.safetensors:1: unknown key 'x'",
            Assert.Throws<InputException>(() => ConfigLoader.Parse("{\"x\": 1}", "model.safetensors")).Message);

    [Fact]
    public void A_text_that_stands_in_no_file_names_no_file() => Assert.StartsWith(
        "model.safetensors:1: extends: not allowed here",
        Assert.Throws<InputException>(() => ConfigLoader.Parse("extends: /dev/zero", "model.safetensors")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_file_that_many_extend_is_read_once()
    {
        _folder.Write("e0.yaml", "seed: 5");
        for (int i = 1; i < 30; i++)
        {
            _folder.Write($"e{i}.yaml", $"extends: [e{i - 1}.yaml, e{i - 1}.yaml]");
        }

        Assert.Equal(5UL, (ulong)ConfigLoader.Load("e29.yaml", [], _folder.Path).Seed);
    }

    [Fact]
    public void A_long_chain_of_files_is_refused()
    {
        for (int i = 0; i < 40; i++)
        {
            _folder.Write($"e{i}.yaml", $"extends: e{i + 1}.yaml");
        }

        Assert.Contains(
            "more than 32 files extend one another",
            Assert.Throws<InputException>(() => ConfigLoader.Load("e0.yaml", [], _folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", InputErrorKind.TooLarge)]
    [InlineData("{a: ", InputErrorKind.TooLarge)]
    [InlineData("- ", InputErrorKind.TooLarge)]
    [InlineData("? ", InputErrorKind.Invalid)]
    public void Depth_is_refused_before_a_tree_is_built(string open, InputErrorKind kind)
    {
        string yaml = string.Concat(Enumerable.Repeat(open, 100_000));
        Assert.Equal(kind, Assert.Throws<InputException>(() => ConfigLoader.Parse(yaml, "deep")).Kind);
    }

    [Fact]
    public void A_key_that_a_tag_makes_two_of_is_there_twice() =>
        Assert.Equal("test.yaml:1: the key 'seed' is there twice.", Refusal("{seed: 1, !!str seed: 2}"));
}
