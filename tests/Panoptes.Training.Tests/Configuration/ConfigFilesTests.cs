using System.Runtime.CompilerServices;
using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Tests.Configuration;

/// <summary>The files in configs/: each loads, and the papers' rows say what the papers say.</summary>
public class ConfigFilesTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(ThisFolder(), "../../../configs"));

    // MEInst: the authors' deformable towers, the weights of ResNeXt, and their schedule of 36 epochs.
    private const string Deformable = "model.head.deformable=v1";
    private const string DeformableStages = "model.backbone.deformable.version=v1";
    private const string Stride = "model.backbone.stride_in_1x1=false";
    private const string Mean = "input.mean=[103.53, 116.28, 123.675]";
    private const string Std = "input.std=[57.375, 57.12, 58.395]";
    private const string Milestones = "schedule.decay.milestones=[180000, 240000]";
    private const string Linear = "schedule.warmup.kind=linear";
    private const string Factor = "schedule.warmup.factor=0.001";
    private const string Warmup = "schedule.warmup.iterations=1000";
    private const string Sizes = "input.short_side=[640, 672, 704, 736, 768, 800]";

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    public static TheoryData<string> All =>
        [.. Directory.EnumerateFiles(s_root, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(s_root, f)).Order()];

    private static PanoptesConfig Load(string file, params string[] overrides) => ConfigLoader.Load(Path.Combine(s_root, file), overrides);

    [Theory]
    [MemberData(nameof(All))]
    public void Every_file_loads(string file) => Assert.Empty(ConfigValidator.Check(Load(file)));

    [Theory]
    [MemberData(nameof(All))]
    public void No_file_names_an_absolute_path(string file) => Assert.DoesNotContain(": /", File.ReadAllText(Path.Combine(s_root, file)));

    [Theory]
    [InlineData("models/embedmask_r18_fpn_1x.yaml", BackboneType.ResNet18, 90_000)]
    [InlineData("models/embedmask_r18_fpn_3x.yaml", BackboneType.ResNet18, 270_000)]
    [InlineData("models/embedmask_r34_fpn_1x.yaml", BackboneType.ResNet34, 90_000)]
    [InlineData("models/embedmask_r34_fpn_3x.yaml", BackboneType.ResNet34, 270_000)]
    [InlineData("models/embedmask_r50_fpn_1x.yaml", BackboneType.ResNet50, 90_000)]
    [InlineData("models/embedmask_r50_fpn_3x.yaml", BackboneType.ResNet50, 270_000)]
    [InlineData("models/embedmask_r101_fpn_1x.yaml", BackboneType.ResNet101, 90_000)]
    [InlineData("models/embedmask_r101_fpn_3x.yaml", BackboneType.ResNet101, 270_000)]
    [InlineData("models/meinst_r18_fpn_1x.yaml", BackboneType.ResNet18, 90_000)]
    [InlineData("models/meinst_r18_fpn_3x.yaml", BackboneType.ResNet18, 270_000)]
    [InlineData("models/meinst_r50_fpn_1x.yaml", BackboneType.ResNet50, 90_000)]
    [InlineData("models/meinst_r50_fpn_3x.yaml", BackboneType.ResNet50, 270_000)]
    [InlineData("models/meinst_r101_fpn_1x.yaml", BackboneType.ResNet101, 90_000)]
    [InlineData("models/meinst_r101_fpn_3x.yaml", BackboneType.ResNet101, 270_000)]
    [InlineData("models/embedmask_x101_32x8d_fpn_1x.yaml", BackboneType.ResNext101x32x8d, 90_000)]
    [InlineData("models/embedmask_x101_32x8d_fpn_3x.yaml", BackboneType.ResNext101x32x8d, 270_000)]
    [InlineData("models/embedmask_x101_64x4d_fpn_1x.yaml", BackboneType.ResNext101x64x4d, 90_000)]
    [InlineData("models/embedmask_x101_64x4d_fpn_3x.yaml", BackboneType.ResNext101x64x4d, 270_000)]
    [InlineData("models/meinst_x101_32x8d_fpn_1x.yaml", BackboneType.ResNext101x32x8d, 90_000)]
    [InlineData("models/meinst_x101_32x8d_fpn_3x.yaml", BackboneType.ResNext101x32x8d, 270_000)]
    [InlineData("models/meinst_x101_64x4d_fpn_1x.yaml", BackboneType.ResNext101x64x4d, 90_000)]
    [InlineData("models/meinst_x101_64x4d_fpn_3x.yaml", BackboneType.ResNext101x64x4d, 270_000)]
    [InlineData("models/ciae_r18_fpn_1x.yaml", BackboneType.ResNet18, 90_000)]
    [InlineData("models/ciae_r18_fpn_3x.yaml", BackboneType.ResNet18, 270_000)]
    [InlineData("models/ciae_r34_fpn_1x.yaml", BackboneType.ResNet34, 90_000)]
    [InlineData("models/ciae_r34_fpn_3x.yaml", BackboneType.ResNet34, 270_000)]
    [InlineData("models/ciae_r50_fpn_1x.yaml", BackboneType.ResNet50, 90_000)]
    [InlineData("models/ciae_r50_fpn_3x.yaml", BackboneType.ResNet50, 270_000)]
    [InlineData("models/ciae_r101_fpn_1x.yaml", BackboneType.ResNet101, 90_000)]
    [InlineData("models/ciae_r101_fpn_3x.yaml", BackboneType.ResNet101, 270_000)]
    [InlineData("models/ciae_x101_32x8d_fpn_1x.yaml", BackboneType.ResNext101x32x8d, 90_000)]
    [InlineData("models/ciae_x101_32x8d_fpn_3x.yaml", BackboneType.ResNext101x32x8d, 270_000)]
    [InlineData("models/ciae_x101_64x4d_fpn_1x.yaml", BackboneType.ResNext101x64x4d, 90_000)]
    [InlineData("models/ciae_x101_64x4d_fpn_3x.yaml", BackboneType.ResNext101x64x4d, 270_000)]
    public void Models_have_the_backbone_and_schedule_of_their_names(string file, BackboneType backbone, int iterations)
    {
        PanoptesConfig config = Load(file);
        Assert.Equal(backbone, config.Model.Backbone.Type);
        Assert.Equal(iterations, config.Schedule.Iterations);
        Assert.Equal(
            file.Contains("meinst", StringComparison.Ordinal) ? Method.MEInst
                : file.Contains("ciae", StringComparison.Ordinal) ? Method.Ciae
                : Method.EmbedMask,
            config.Model.Method);
        Assert.EndsWith("instances_train2017.json", config.Data.Train.Annotations);
        if (config.Model.Method == Method.Ciae)
        {
            Assert.EndsWith("panoptic_train2017.json", config.Data.Train.Panoptic);
        }
    }

    [Theory]
    [InlineData("r18", "[3, 4, 5]")]
    [InlineData("r50", "[3, 4, 5]")]
    [InlineData("r101", "[3, 4, 5]")]
    [InlineData("x101_32x8d", "[4, 5]")]
    [InlineData("x101_64x4d", "[4, 5]")]
    public void Models_with_dcn_in_their_names_deform_stages_and_towers(string backbone, string stages)
    {
        string[] names = [.. new[] { "embedmask", "meinst", "ciae" }.SelectMany(m => new[] { $"{m} 1x", $"{m} 3x" })];
        Assert.All(names.Select(name => name.Split(' ')), name => Assert.Equal(
            Load(
                $"models/{name[0]}_{backbone}_fpn_{name[1]}.yaml",
                "model.head.deformable=v2", "model.backbone.deformable.version=v2", $"model.backbone.deformable.stages={stages}"),
            Load($"models/{name[0]}_{backbone}_fpn_dcn_{name[1]}.yaml")));
    }

    /// <summary>Section 4.1 of the paper and the authors' published settings.</summary>
    [Fact]
    public void The_papers_base_has_the_settings_of_its_section_4_1()
    {
        PanoptesConfig config = Load("papers/embedmask/base.yaml");
        Assert.Equal(BackboneType.ResNet50, config.Model.Backbone.Type);
        Assert.Equal(BackboneNorm.FrozenBatchNorm, config.Model.Backbone.Norm);
        Assert.Equal((true, 2), (config.Model.Backbone.StrideIn1x1, config.Model.Backbone.FrozenStages));
        Assert.Equal((90_000, 16, 1), (config.Schedule.Iterations, config.Schedule.BatchSize, config.Schedule.Accumulation));
        Assert.Equal(new WarmupConfig { Kind = WarmupKind.Constant, Factor = 1.0 / 3, Iterations = 500 }, config.Schedule.Warmup);
        Assert.Equal(new DecayConfig { Kind = DecayKind.MultiStep, Milestones = [60_000, 80_000], Gamma = 0.1 }, config.Schedule.Decay);
        Assert.Equal((0.01, 0.9, 1e-4), (config.Optimizer.LearningRate, config.Optimizer.Momentum, config.Optimizer.WeightDecay));
        Assert.Equal((ParameterStyle.Legacy, null), (config.Optimizer.Style, config.Optimizer.ClipNorm));
        Assert.Equal([800], config.Input.ShortSide);
        Assert.Equal(1333, config.Input.LongSide);
        Assert.Equal([102.9801, 115.9465, 122.7717], config.Input.Mean);
        Assert.Equal([1, 1, 1], config.Input.Std);
        Assert.Equal(ChannelOrder.Bgr, config.Input.ChannelOrder);
        EmbedMaskConfig embedMask = config.Model.EmbedMask;
        Assert.Equal((32, 0.5, 0.1, 1.2), (embedMask.EmbeddingDim, embedMask.MaskWeight, embedMask.SmoothWeight, embedMask.BoxExpand));
        Assert.Equal((MaskLoss.Lovasz, PositiveRule.IouSet, 0.5), (embedMask.Loss, embedMask.PositiveRule, embedMask.PositiveIou));
        Assert.Equal(new MarginConfig(), embedMask.Margin);
        Assert.Equal((0.5, true, 4), (embedMask.MaskThreshold, embedMask.SampleInMask, embedMask.MaskConvs));
        Assert.Equal(new HingeConfig { Pull = 0.5, Push = 1.5, Threshold = 0.8 }, embedMask.Hinge);
        Assert.Equal((1.5, BoxLoss.GIoU), (config.Model.Fcos.CenterSamplingRadius, config.Model.Fcos.BoxLoss));
        Assert.Equal(new DetectionConfig { ScoreThreshold = 0.05, TopKPerLevel = 1000, NmsIou = 0.6, MaxDetections = 100 },
            config.Model.Detection);
    }

    [Theory]
    [InlineData("table1_r50_1x")]
    [InlineData("table1_r101_1x", "model.backbone.type=resnet101")]
    [InlineData("table1_r101_ms_3x", "model.backbone.type=resnet101", "schedule.iterations=270000",
        "schedule.decay.milestones=[210000, 250000]", "input.short_side=[640, 800]")]
    [InlineData("table1_600_r101_ms_3x", "model.backbone.type=resnet101", "schedule.iterations=270000",
        "schedule.decay.milestones=[210000, 250000]", "input.short_side=[640, 800]",
        "input.test_short_side=600", "input.test_long_side=800")]
    [InlineData("table2_base", "model.embedmask.box_expand=1")]
    public void Rows_of_table_1_differ_from_the_base_in_what_the_paper_says(string row, params string[] differences) =>
        Assert.Equal(Load("papers/embedmask/base.yaml", differences), Load($"papers/embedmask/{row}.yaml"));

    [Theory]
    [InlineData("2a_hinge", "model.embedmask.loss=hinge")]
    [InlineData("2a_mask_const", "model.embedmask.margin.source=constant")]
    [InlineData("2a_mask_pred")]
    [InlineData("2b_pixel", "model.embedmask.cluster_center=pixel")]
    [InlineData("2b_proposal")]
    [InlineData("2c_none", "model.embedmask.positive_iou=0", "model.embedmask.sample_in_mask=false")]
    [InlineData("2c_in_mask", "model.embedmask.positive_iou=0")]
    [InlineData("2c_in_mask_iou")]
    [InlineData("2d_box_1.0")]
    [InlineData("2d_box_1.2", "model.embedmask.box_expand=1.2")]
    [InlineData("2d_box_1.5", "model.embedmask.box_expand=1.5")]
    [InlineData("2e_dim_8", "model.embedmask.embedding_dim=8")]
    [InlineData("2e_dim_16", "model.embedmask.embedding_dim=16")]
    [InlineData("2e_dim_32")]
    public void Rows_of_table_2_differ_from_the_base_in_what_the_paper_says(string row, params string[] differences)
    {
        PanoptesConfig config = Load($"papers/embedmask/table{row}.yaml");
        Assert.Equal(Load("papers/embedmask/table2_base.yaml", differences), config);
        Assert.Equal(differences.Length > 0, config != Load("papers/embedmask/table2_base.yaml"));
    }

    [Fact]
    public void Every_row_of_the_paper_is_tested_here()
    {
        int rows = Directory.EnumerateFiles(Path.Combine(s_root, "papers/embedmask"), "table*.yaml").Count();
        Assert.Equal(5 + 14, rows);
    }

    /// <summary>Section 4.1 of the paper and the authors' published configurations without deformable convolutions.</summary>
    [Fact]
    public void MEInsts_base_has_the_settings_of_its_section_4_1()
    {
        PanoptesConfig config = Load("papers/meinst/base.yaml");
        Assert.Equal((Method.MEInst, BackboneType.ResNet50), (config.Model.Method, config.Model.Backbone.Type));
        Assert.Equal((true, 2, BackboneNorm.FrozenBatchNorm),
            (config.Model.Backbone.StrideIn1x1, config.Model.Backbone.FrozenStages, config.Model.Backbone.Norm));
        Assert.Equal((90_000, 16), (config.Schedule.Iterations, config.Schedule.BatchSize));
        Assert.Equal(new WarmupConfig { Kind = WarmupKind.Constant, Factor = 1.0 / 3, Iterations = 500 }, config.Schedule.Warmup);
        Assert.Equal(new DecayConfig { Kind = DecayKind.MultiStep, Milestones = [60_000, 80_000], Gamma = 0.1 }, config.Schedule.Decay);
        Assert.Equal((0.01, 0.9, 1e-4), (config.Optimizer.LearningRate, config.Optimizer.Momentum, config.Optimizer.WeightDecay));
        Assert.Equal(([800], 1333, ChannelOrder.Bgr), (config.Input.ShortSide, config.Input.LongSide, config.Input.ChannelOrder));
        Assert.Equal(new MEInstConfig(), config.Model.MEInst);
        MEInstConfig meinst = config.Model.MEInst;
        Assert.Equal((60, 28, true, 4, 0), (meinst.Dimension, meinst.Size, meinst.Whiten, meinst.MaskConvs, meinst.LargeKernel));
        Assert.Equal((MaskEncoding.Explicit, CoefficientLoss.L2, 1), (meinst.Encoding, meinst.Loss, meinst.MaskWeight));
        Assert.Equal((1.5, BoxLoss.GIoU), (config.Model.Fcos.CenterSamplingRadius, config.Model.Fcos.BoxLoss));
        Assert.Equal(
            new DetectionConfig { ScoreThreshold = 0.05, TopKPerLevel = 1000, NmsIou = 0.6, MaxDetections = 100, SqrtScore = true },
            config.Model.Detection);
    }

    [Theory]
    [InlineData("2_dim_20", Deformable, "model.meinst.dimension=20")]
    [InlineData("2_dim_40", Deformable, "model.meinst.dimension=40")]
    [InlineData("2_dim_60", Deformable)]
    [InlineData("2_dim_80", Deformable, "model.meinst.dimension=80")]
    [InlineData("3_explicit", Deformable)]
    [InlineData("3_implicit", Deformable, "model.meinst.encoding=implicit")]
    [InlineData("3_none", Deformable, "model.meinst.encoding=none")]
    [InlineData("4_l1", Deformable, "model.meinst.loss=l1")]
    [InlineData("4_l2", Deformable)]
    [InlineData("4_smooth_l1", Deformable, "model.meinst.loss=smooth_l1")]
    [InlineData("4_cosine", Deformable, "model.meinst.loss=cosine")]
    [InlineData("5_base")]
    [InlineData("5_large_kernel", "model.meinst.large_kernel=9")]
    [InlineData("5_deformable", Deformable)]
    [InlineData("6_with_mask", Deformable)]
    [InlineData("6_without_mask", Deformable, "model.meinst.mask_weight=0")]
    [InlineData("7_scale_400", "input.test_short_side=400", "input.test_long_side=667")]
    [InlineData("7_scale_600", "input.test_short_side=600", "input.test_long_side=1000")]
    [InlineData("7_scale_800", "input.test_short_side=800", "input.test_long_side=1333")]
    [InlineData("8_r101", "model.backbone.type=resnet101")]
    [InlineData("8_r101_dcn", "model.backbone.type=resnet101", Deformable)]
    [InlineData("8_r101_ms_3x", "model.backbone.type=resnet101", "schedule.iterations=270000", Milestones, Linear, Factor, Warmup, Sizes)]
    [InlineData("8_x101", "model.backbone.type=resnext101_32x8d", Stride, Mean, Std)]
    [InlineData("8_x101_dcn", "model.backbone.type=resnext101_32x8d", Stride, Mean, Std, Deformable)]
    [InlineData("8_x101_ms_3x", "model.backbone.type=resnext101_32x8d", Stride, Mean, Std,
        "schedule.iterations=270000", Milestones, Linear, Factor, Warmup, Sizes)]
    [InlineData("8_x101_dcn_ms_3x", "model.backbone.type=resnext101_32x8d", Stride, Mean, Std, Deformable,
        "schedule.iterations=270000", Milestones, Linear, Factor, Warmup, Sizes)]
    public void Rows_of_MEInsts_tables_differ_from_the_base_in_what_the_paper_says(string row, params string[] differences)
    {
        PanoptesConfig config = Load($"papers/meinst/table{row}.yaml");
        Assert.Equal(Load("papers/meinst/base.yaml", differences), config);
        Assert.Equal(differences.Length > 0, config != Load("papers/meinst/base.yaml"));
    }

    [Fact]
    public void Every_row_of_MEInsts_paper_is_tested_here() =>
        Assert.Equal(18 + 1 + 7, Directory.EnumerateFiles(Path.Combine(s_root, "papers/meinst"), "table*.yaml").Count());

    /// <summary>Section V-C of the paper, and methods that its text names.</summary>
    [Fact]
    public void Ciaes_base_has_the_settings_of_its_section_V_C()
    {
        PanoptesConfig config = Load("papers/ciae/base.yaml");
        Assert.Equal((Method.Ciae, BackboneType.ResNet50), (config.Model.Method, config.Model.Backbone.Type));
        Assert.Equal((90_000, 16), (config.Schedule.Iterations, config.Schedule.BatchSize));
        Assert.Equal(new DecayConfig { Kind = DecayKind.MultiStep, Milestones = [60_000, 80_000], Gamma = 0.1 }, config.Schedule.Decay);
        Assert.Equal((0.01, 0.9, 1e-4), (config.Optimizer.LearningRate, config.Optimizer.Momentum, config.Optimizer.WeightDecay));
        Assert.Equal(([800], 1333), (config.Input.ShortSide, config.Input.LongSide));
        Assert.Equal(new CiaeConfig(), config.Model.Ciae);
        CiaeConfig ciae = config.Model.Ciae;
        Assert.Equal((32, 128, true, true), (ciae.EmbeddingDim, ciae.Channels, ciae.CoordConv, ciae.BoxEmbedding));
        Assert.Equal((0.15, 5, 1.5), (ciae.Margin, ciae.TopK, ciae.BoxFilter));
        Assert.Equal((5, 1, 2), (ciae.ThingWeight, ciae.CategoryWeight, ciae.InstanceWeight));
        Assert.Equal((1, null, null, ThingClasses.Merge), (ciae.LossStride, ciae.HardPixelPercent, ciae.Momentum, ciae.Things));
        Assert.Equal((4096, false), (ciae.MinStuffArea, config.Model.Semantic.Enabled));
        Assert.Equal((0, BoxLoss.IoU), (config.Model.Fcos.CenterSamplingRadius, config.Model.Fcos.BoxLoss));
        Assert.True(config.Model.Detection.SqrtScore);
    }

    [Theory]
    [InlineData("1_consistent")]
    [InlineData("1_inconsistent", "model.semantic.enabled=true")]
    [InlineData("2_spec_spec_embedding", "model.ciae.things=specific", "model.ciae.category_source=embedding")]
    [InlineData("2_spec_spec_detector", "model.ciae.things=specific")]
    [InlineData("2_spec_merge_embedding",
        "model.ciae.things=specific", "model.ciae.merge_detector=true", "model.ciae.category_source=embedding")]
    [InlineData("2_merge_spec_detector")]
    [InlineData("2_none_spec_detector", "model.ciae.things=none")]
    [InlineData("3_neither", "model.ciae.coord_conv=false", "model.ciae.box_embedding=false")]
    [InlineData("3_coord_conv", "model.ciae.box_embedding=false")]
    [InlineData("3_box_embedding", "model.ciae.coord_conv=false")]
    [InlineData("3_both")]
    [InlineData("4_r50")]
    [InlineData("4_r101", "model.backbone.type=resnet101")]
    [InlineData("5_momentum_0", "model.ciae.momentum=0")]
    [InlineData("5_momentum_0.99", "model.ciae.momentum=0.99")]
    [InlineData("5_momentum_0.999", "model.ciae.momentum=0.999")]
    [InlineData("5_momentum_0.9999", "model.ciae.momentum=0.9999")]
    [InlineData("5_momentum_0.99999", "model.ciae.momentum=0.99999")]
    [InlineData("6_box_all", "model.ciae.box_filter=0")]
    [InlineData("6_box_2.0", "model.ciae.box_filter=2")]
    [InlineData("6_box_1.5")]
    [InlineData("6_box_1.2", "model.ciae.box_filter=1.2")]
    [InlineData("6_box_1.0", "model.ciae.box_filter=1")]
    [InlineData("7_margin_0.30", "model.ciae.margin=0.3")]
    [InlineData("7_margin_0.20", "model.ciae.margin=0.2")]
    [InlineData("7_margin_0.15")]
    [InlineData("7_margin_0.10", "model.ciae.margin=0.1")]
    [InlineData("7_margin_0.00", "model.ciae.margin=0")]
    [InlineData("8_dim_48", "model.ciae.embedding_dim=48")]
    [InlineData("8_dim_32")]
    [InlineData("8_dim_24", "model.ciae.embedding_dim=24")]
    [InlineData("8_dim_16", "model.ciae.embedding_dim=16")]
    [InlineData("9_512_r50", "longer", "input.test_short_side=512", "input.test_long_side=853")]
    [InlineData("9_640_r50", "longer", "input.test_short_side=640", "input.test_long_side=1066")]
    [InlineData("9_800_r50", "longer")]
    [InlineData("9_800_r101", "longer", "model.backbone.type=resnet101")]
    [InlineData("9_800_r101_dcn", "longer", "model.backbone.type=resnet101", DeformableStages, "model.backbone.deformable.stages=[3, 4, 5]")]
    [InlineData("9_800_x101_dcn", "longer", "model.backbone.type=resnext101_32x8d", Stride, Mean, Std,
        DeformableStages, "model.backbone.deformable.stages=[4, 5]")]
    [InlineData("10_r50", "longer")]
    [InlineData("10_r101", "longer", "model.backbone.type=resnet101")]
    [InlineData("10_r101_dcn", "longer", "model.backbone.type=resnet101", DeformableStages, "model.backbone.deformable.stages=[3, 4, 5]")]
    [InlineData("10_x101_dcn", "longer", "model.backbone.type=resnext101_32x8d", Stride, Mean, Std,
        DeformableStages, "model.backbone.deformable.stages=[4, 5]")]
    public void Rows_of_Ciaes_tables_differ_from_the_base_in_what_the_paper_says(string row, params string[] differences)
    {
        string[] longer =
        [
            "schedule.iterations=180000", "schedule.decay.milestones=[120000, 160000]", "input.short_side=[640, 800]",
            "input.short_side_mode=range",
        ];
        string[] settings = [.. differences.SelectMany(d => d == "longer" ? longer : [d])];
        PanoptesConfig config = Load($"papers/ciae/table{row}.yaml");
        Assert.Equal(Load("papers/ciae/base.yaml", settings), config);
        Assert.Equal(differences.Length > 0, config != Load("papers/ciae/base.yaml"));
    }

    [Fact]
    public void Every_row_of_Ciaes_paper_is_tested_here() =>
        Assert.Equal(42, Directory.EnumerateFiles(Path.Combine(s_root, "papers/ciae"), "table*.yaml").Count());

    [Theory]
    [InlineData("demo/embedmask.yaml")]
    [InlineData("demo/meinst.yaml")]
    public void The_small_models_train_from_scratch_without_frozen_layers(string file) => Assert.Empty(ConfigValidator.Advise(Load(file)));

    [Fact]
    public void A_data_root_moves_a_whole_dataset()
    {
        DataConfig data = Load("models/embedmask_r50_fpn_1x.yaml", "data.root=/big/coco").Data;
        Assert.Equal(Path.GetFullPath("/big/coco/train2017"), data.Train.Images);
        Assert.Equal(Path.GetFullPath("/big/coco/annotations/instances_val2017.json"), data.Val.Annotations);
    }
}
