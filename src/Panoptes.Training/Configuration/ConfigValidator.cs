using Panoptes.Inference.Ciae;
using Panoptes.Inference.MEInst;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Import;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Configuration;

/// <summary>
/// Checks what no single key shows: ranges of records built in code, keys that must fit each other, files that must exist.
/// </summary>
public static class ConfigValidator
{
    /// <summary>Everything that would make a run impossible; empty when the configuration is sound. Does not look at files.</summary>
    public static IReadOnlyList<ConfigProblem> Check(PanoptesConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        List<ConfigProblem> problems = [];
        CheckRanges(config, typeof(PanoptesConfig), "", problems);
        CheckModel(config.Model, problems);
        if (config.Model.Weights == ModelConfig.ImageNet) problems.AddRange(ImageNetWeights.Check(config));
        CheckInput(config.Input, config.Model, problems);
        CheckSchedule(config.Schedule, problems);
        if (config.Schedule.BatchSize % config.Replicas != 0)
        {
            problems.Add(
                new("replicas", $"{config.Replicas} parts do not divide schedule.batch_size, {config.Schedule.BatchSize} images."));
        }

        CheckDataset(config.Data.Train, "data.train", problems);
        CheckDataset(config.Data.Val, "data.val", problems);
        return problems;
    }

    /// <summary>What is possible but seldom meant, such as normalization frozen at its random start. One line each.</summary>
    public static IReadOnlyList<ConfigProblem> Advise(PanoptesConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        List<ConfigProblem> advice = [];
        BackboneConfig backbone = config.Model.Backbone;
        if (config.Model.Weights is null && backbone.Norm == BackboneNorm.FrozenBatchNorm)
        {
            advice.Add(new("model.backbone.norm",
                "frozen_batch_norm without model.weights normalizes nothing; to train from scratch, take group_norm or batch_norm."));
        }
        int[] still = [.. backbone.Deformable.Stages.Where(stage => stage <= backbone.FrozenStages)];
        if (backbone.Deformable.Version != DeformableVersion.None && still.Length > 0)
        {
            string stages = string.Join(", ", still);
            advice.Add(new("model.backbone.deformable.stages",
                $"{stages}: frozen_stages {backbone.FrozenStages} keeps their offsets as model.weights has them, or zero."));
        }
        int all = config.Schedule.BatchSize, part = all / config.Replicas;
        if (backbone.Norm == BackboneNorm.BatchNorm && part is > 0 and < 4)
        {
            string better = all < 4 ? "group_norm" : "sync_batch_norm, group_norm";
            advice.Add(new("model.backbone.norm",
                $"batch_norm learns poor statistics from {part} images; take {better}, or batches of 8."));
        }
        if (backbone.Norm == BackboneNorm.SyncBatchNorm && all is > 0 and < 4)
        {
            advice.Add(new("model.backbone.norm",
                $"sync_batch_norm learns poor statistics from {all} images; take group_norm, or batches of 8."));
        }
        AdviseOnSizes(config.Input, advice);
        return advice;
    }

    private static void AdviseOnSizes(InputConfig input, List<ConfigProblem> advice)
    {
        int largest = input.ShortSide.Max();
        if (input.LongSide < largest)
        {
            advice.Add(new("input.long_side",
                $"{input.LongSide} is less than the greatest of input.short_side, {largest}, and wins: images become no larger than it."));
        }

        (int testShort, int testLong) = (input.EffectiveTestShortSide, input.EffectiveTestLongSide);
        bool isOwn = input.TestShortSide is not null || input.TestLongSide is not null; // else it is the same as above
        if (isOwn && testLong < testShort)
        {
            string key = input.TestLongSide is null ? "input.long_side" : "input.test_long_side";
            advice.Add(new("input.test_short_side",
                $"{testShort} is more than {key}, {testLong}, which wins: images are evaluated no larger than that. Raise "
                + "input.test_long_side."));
        }

        if (input.TestShortSide is null && input.ScaleJitter is [>= 1.0, > 1.0])
        {
            advice.Add(new("input.scale_jitter",
                $"{input.ScaleJitter} only enlarges images, which are evaluated at {testShort}, among the smallest sizes that are trained; "
                + "set input.test_short_side."));
        }
    }

    /// <summary>Refuses a network that cannot learn: stages that are frozen at random weights.</summary>
    /// <exception cref="InputException">Names the key, and what to set.</exception>
    public static void RequireLearnable(PanoptesConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        BackboneConfig backbone = config.Model.Backbone;
        if (config.Model.Weights is not null || backbone.FrozenStages == 0) return;
        string norm = backbone.Norm == BackboneNorm.FrozenBatchNorm ? " and model.backbone.norm=group_norm" : "";
        throw InputException.ForSetting(
            "model.backbone.frozen_stages",
            $"{backbone.FrozenStages} stages would keep their random weights, from which the network cannot "
            + $"learn; set model.weights=FILE (or imagenet), or to train from scratch model.backbone.frozen_stages=0{norm}.");
    }

    /// <summary>Refuses a configuration that cannot be trained: no training data, or a named file or folder that does not exist.</summary>
    /// <exception cref="InputException">Names the key and the path.</exception>
    public static void RequireFiles(PanoptesConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Data.Train.Images is null) throw Missing("data.train.images", "a folder of images to train on");
        DatasetConfig train = config.Data.Train;
        if (config.Model.IsPanoptic && train.Panoptic is null)
            throw Missing("data.train.panoptic", "COCO panoptic annotations and panoptic_folder, which a panoptic network learns from");
        if (train.Annotations is null && train.Panoptic is null)
            throw Missing("data.train.annotations", "their COCO annotations, or panoptic ones as data.train.panoptic and panoptic_folder");
        RequireFiles(config.Model, "model.");
        RequireWeights(config);
        RequireRoot(config.Data);
        foreach ((string name, DatasetConfig data) in new[] { ("data.train", config.Data.Train), ("data.val", config.Data.Val) })
        {
            RequireFolder($"{name}.images", data.Images);
            RequireFile($"{name}.annotations", data.Annotations);
            RequireFile($"{name}.panoptic", data.Panoptic);
            RequireFolder($"{name}.panoptic_folder", data.PanopticFolder);
        }
    }

    private static void RequireWeights(PanoptesConfig config)
    {
        if (config.Model.Weights is not { } weights) return;
        if (weights == ModelConfig.ImageNet)
        {
            ImageNetWeights.RequireFile();
            return;
        }
        using SafetensorsFile file = WeightLoader.Open(weights);
        if (WeightCard.Of(weights, file.Metadata)?.Check(config, weights).FirstOrDefault() is { } problem)
            throw InputException.ForSetting(problem.Key, problem.Message);
    }

    /// <summary>A shipped dataset names the place where its data would lie in the repository: one key moves all its paths.</summary>
    private static void RequireRoot(DataConfig data)
    {
        if (data.Root is not { } root || Directory.Exists(root)) return;
        string folder = Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar;
        DatasetConfig[] sets = [data.Train, data.Val];
        bool needed = sets.Any(set => new[] { set.Images, set.Annotations, set.Panoptic, set.PanopticFolder }
            .Any(path => path?.StartsWith(folder, PathComparison.Comparison) == true));
        if (needed)
        {
            throw InputException.ForSetting(
                "data.root",
                $"the folder '{root}' does not exist; say where the data lies with data.root=PATH, "
                + "or set images and annotations of data.train and data.val.",
                InputErrorKind.NotFound);
        }
    }

    /// <summary>Every key of the model that holds a path holds that of a file.</summary>
    private static void RequireFiles(object record, string prefix)
    {
        foreach (ConfigKey key in ConfigKey.Of(record.GetType()))
        {
            object? value = key.Property.GetValue(record);
            if (key.IsRecord) RequireFiles(value!, $"{prefix}{key.Name}.");
            else if (key.Path is not null && (string?)value != key.Path.Word) RequireFile(prefix + key.Name, (string?)value);
        }
    }

    private static InputException Missing(string key, string what) =>
        InputException.ForSetting(
        key,
        $"not set; give {what}, as {key}=PATH or in the configuration file.");

    private static void RequireFile(string key, string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            throw InputException.ForSetting(key, $"the file '{path}' does not exist.", InputErrorKind.NotFound);
        }
    }

    private static void RequireFolder(string key, string? path)
    {
        if (path is not null && !Directory.Exists(path))
        {
            throw InputException.ForSetting(key, $"the folder '{path}' does not exist.", InputErrorKind.NotFound);
        }
    }

    private static void CheckRanges(object record, Type type, string prefix, List<ConfigProblem> problems)
    {
        foreach (ConfigKey key in ConfigKey.Of(type))
        {
            object? value = key.Property.GetValue(record);
            if (key.IsRecord)
            {
                CheckRanges(value!, key.ValueType, $"{prefix}{key.Name}.", problems);
                continue;
            }
            object[] items = value switch
            {
                null => [],
                System.Collections.IEnumerable list when key.IsList => [.. list.Cast<object>()],
                _ => [value],
            };
            bool countFits = !key.IsList || (items.Length >= key.MinCount && items.Length <= key.MaxCount);
            if (!countFits || !items.All(key.Allows))
                problems.Add(new(prefix + key.Name, $"{value} is not allowed; expected {key.Expected}."));
        }
    }

    private static void CheckModel(ModelConfig model, List<ConfigProblem> problems)
    {
        void Divides(string key, int groups, int channels, string channelsKey)
        {
            if (channels % groups != 0)
                problems.Add(new($"model.{key}", $"{groups} groups do not divide model.{channelsKey}, {channels} channels."));
        }

        if (model.Backbone.Norm == BackboneNorm.GroupNorm)
            Divides("backbone.norm_groups", model.Backbone.NormGroups, model.Backbone.BaseWidth, "backbone.base_width");
        CheckBackbone(model.Backbone, problems);
        if (model.Fpn.Norm == ConvNorm.GroupNorm) Divides("fpn.norm_groups", model.Fpn.NormGroups, model.Fpn.Channels, "fpn.channels");
        if (model.Head.Norm == ConvNorm.GroupNorm) Divides("head.norm_groups", model.Head.NormGroups, model.Head.Channels, "head.channels");
        if (model.Head is { Deformable: not DeformableVersion.None, Convs: 0 })
            problems.Add(new("model.head.deformable", "deforms the last convolution of each tower; head.convs must be at least 1."));

        ValueList<double> boundaries = model.Fcos.LevelBoundaries;
        if (boundaries.Count != model.Fpn.Levels - 1)
        {
            problems.Add(new("model.fcos.level_boundaries",
                $"{boundaries} parts {boundaries.Count + 1} levels, but model.fpn.levels is {model.Fpn.Levels}."));
        }

        if (!IsIncreasing(boundaries)) problems.Add(new("model.fcos.level_boundaries", $"{boundaries} must increase."));

        Divides("semantic.norm_groups", model.Semantic.NormGroups, model.Semantic.Channels, "semantic.channels");
        problems.AddRange(TrainingMethod.Of(model.Method).Check(model));
    }

    private static void CheckBackbone(BackboneConfig backbone, List<ConfigProblem> problems)
    {
        int divisor = ResNetLayout.Of(backbone.Type).WidthDivisor;
        if (backbone.BaseWidth % divisor != 0)
        {
            string type = EnumNames.NameOf(backbone.Type);
            problems.Add(new("model.backbone.base_width",
                $"{backbone.BaseWidth} channels cannot be divided into the groups of {type}; expected a multiple of {divisor}."));
        }

        if (!IsIncreasing(backbone.Deformable.Stages))
            problems.Add(new("model.backbone.deformable.stages", $"{backbone.Deformable.Stages} must increase."));
    }

    private static void CheckInput(InputConfig input, ModelConfig model, List<ConfigProblem> problems)
    {
        if (input.ScaleJitter is [double least, double greatest] && least > greatest)
            problems.Add(new("input.scale_jitter", $"{input.ScaleJitter} is not a range; give [least, greatest]."));
        if (model.IsPanoptic)
        {
            foreach ((string key, double value) in new[] { ("copy_paste", input.CopyPaste), ("mosaic", input.Mosaic) })
            {
                if (value > 0)
                {
                    problems.Add(new(
                        $"input.{key}",
                        $"{value} combines objects of several images, but a panoptic network learns from all pixels; it must be 0."));
                }
            }
        }

        if (input.ShortSideMode == ShortSideMode.Range && !(input.ShortSide is [int low, int high] && low < high))
        {
            problems.Add(new(
                "input.short_side", $"{input.ShortSide} is not a range; with short_side_mode: range, give [least, greatest]."));
        }

        if (input.SizeDivisor % 32 != 0)
            problems.Add(new("input.size_divisor", $"{input.SizeDivisor} is not a multiple of 32, the stride of C5."));
    }

    private static void CheckSchedule(ScheduleConfig schedule, List<ConfigProblem> problems)
    {
        if (!IsIncreasing(schedule.Decay.Milestones))
            problems.Add(new("schedule.decay.milestones", $"{schedule.Decay.Milestones} must increase."));
    }

    private static void CheckDataset(DatasetConfig data, string prefix, List<ConfigProblem> problems)
    {
        bool annotated = data.Annotations is not null || data.Panoptic is not null;
        if (data.Images is not null && !annotated) problems.Add(new($"{prefix}.annotations", $"must be set, as {prefix}.images is."));
        if (data.Images is null && annotated) problems.Add(new($"{prefix}.images", "must be set, as annotations are."));
        if (data.Panoptic is null != data.PanopticFolder is null)
            problems.Add(new($"{prefix}.panoptic", "and panoptic_folder must be set together."));
    }

    private static bool IsIncreasing<T>(ValueList<T> list)
        where T : IComparable<T> => list.Zip(list.Skip(1)).All(pair => pair.First.CompareTo(pair.Second) < 0);
}
