using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Engine;

/// <summary>The datasets of a run, read and checked before the first iteration.</summary>
/// <param name="Images">What is trained on.</param>
/// <param name="Classes">The classes of things in the order of the network's logits.</param>
/// <param name="StuffClasses">The classes of stuff, for a panoptic network; empty for one that finds only objects.</param>
/// <param name="Validation">What is evaluated on; null when none is configured.</param>
/// <param name="Warnings">What was skipped in the annotations, and why.</param>
internal sealed record TrainingData(
    IReadOnlyList<ImageRecord> Images,
    IReadOnlyList<ModelClass> Classes,
    IReadOnlyList<ModelClass> StuffClasses,
    EvaluationData? Validation,
    IReadOnlyList<string> Warnings)
{
    /// <summary>How large the images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>The most instances that one of the training images has.</summary>
    public int MostInstances => Images.Select(image => image.Panoptic is { } panoptic
        ? panoptic.Segments.Count(segment => segment is { IsThing: true, IsCrowd: false })
        : image.Objects.Count).DefaultIfEmpty().Max();

    /// <summary>What tells this dataset from another one: its images' names, sizes and objects, and its classes.</summary>
    public byte[] Digest() => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n',
    [
        .. Images.Select(image => FormattableString.Invariant(
            $"{image.Id} {Path.GetFileName(image.Path)} {image.Width} {image.Height} {image.Objects.Count}")),
        .. Classes.Concat(StuffClasses).Select(c => FormattableString.Invariant($"{c.CategoryId} {c.Name}")),
        FormattableString.Invariant($"{Validation?.Objects.Images.Count}"),
    ])));

    /// <summary>
    /// Reads the annotations. A panoptic network learns objects and stuff from the panoptic segments, whatever instances are annotated next
    /// to them, since each pixel must have one owner. A network that finds only objects learns from the instances, and where there are none
    /// from the things among the segments.
    /// </summary>
    /// <param name="config">The datasets.</param>
    /// <param name="panoptic">Whether the network is panoptic (<see cref="ModelConfig.IsPanoptic"/>).</param>
    /// <exception cref="InputException">
    /// A key is not set, a file is missing or wrong, or the two datasets have different classes.
    /// </exception>
    public static TrainingData Load(DataConfig config, bool panoptic = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        DatasetFiles train = DatasetFiles.Require("data.train", config.Train, panoptic);
        List<string> warnings = [];
        TrainingData data = train.UsesPanoptic(panoptic)
            ? FromSegments(config, train, panoptic)
            : FromObjects(config, train, warnings);
        data = data with { Limits = config.Limits };
        if (config.Val.Annotations is null && config.Val.Panoptic is null && config.Val.Images is null)
        {
            return data with { Warnings = warnings };
        }

        DatasetFiles val = DatasetFiles.Require("data.val", config.Val, panoptic: false);
        bool segments = val.Panoptic is not null && (panoptic || val.Annotations is null);
        EvaluationData validation = segments
            ? EvaluationData.Load(val.Images, val.Annotations, val.Panoptic, val.PanopticFolder, config.Val.Limit, config.Limits)
            : EvaluationData.Load(val.Images, val.Annotations, null, null, limits: config.Limits);
        warnings.AddRange(validation.Warnings);
        if (panoptic && !segments)
        {
            warnings.Add($"data.val.panoptic is not set: {val.Annotations} gives average precision, but no panoptic quality");
        }

        ClassMatch things = ClassMatch.Of(data.Classes, train.Main, validation.Objects.Categories, val.Main);
        ClassMatch? stuff = validation.Panoptic is { } groundTruth
            ? ClassMatch.ByName(
                [.. data.StuffClasses.Select(c => (c.CategoryId, c.Name))],
                train.Panoptic ?? train.Main,
                [.. groundTruth.Categories.Where(c => !c.IsThing).Select(c => (c.Id, c.Name))],
                val.Panoptic!)
            : null;
        warnings.AddRange(new[] { things.Remark, stuff?.Remark }.OfType<string>());

        return data with { Validation = validation, Warnings = warnings };
    }

    private static TrainingData FromObjects(DataConfig config, DatasetFiles files, List<string> warnings)
    {
        InstanceDataset train = InstanceDataset.Load(files.Annotations!, new InstanceDatasetOptions { Limits = config.Limits });
        IReadOnlyList<ImageRecord> images = CocoImages.From(train, files.Images, config.FilterEmpty, config.Train.Limit);
        if (images.Count == 0)
        {
            int crowds = train.Annotations.Count(annotation => annotation.IsCrowd);
            string why = crowds > 0 && crowds == train.Annotations.Count
                ? "all objects are crowds (iscrowd 1), which are not learned; DatasetCheckOptions.ClearCrowd makes objects of them in "
                    + "a copy"
                : "data.filter_empty=false would keep images without objects";
            throw new InputException(
                InputErrorKind.Invalid, files.Annotations ?? "data.train", null,
                $"data.train has no image to train on ({train.Images.Count} images, {train.Annotations.Count} "
                + $"objects): {why}");
        }

        warnings.AddRange(train.DescribeWarnings());
        ModelClass[] classes = [.. train.Categories.Select(c => new ModelClass(c.Name, c.Id) { IdText = c.IdText })];
        return new TrainingData(images, classes, [], null, []);
    }

    private static TrainingData FromSegments(DataConfig config, DatasetFiles files, bool stuff)
    {
        PanopticDataset train = PanopticImages.Load(files.Panoptic!, config.Limits);
        IReadOnlyList<ImageRecord> images = PanopticImages.From(
            train, files.Images, files.PanopticFolder!, stuff, config.FilterEmpty, config.Train.Limit);
        return images.Count > 0
            ? new TrainingData(images, PanopticImages.Things(train), stuff ? PanopticImages.Stuff(train) : [], null, [])
            : throw new InputException(
                InputErrorKind.Invalid, files.Panoptic ?? "data.train", null,
                $"data.train has no image to train on ({train.Annotations.Count} annotated images); "
                + $"data.filter_empty=false would keep images without a {(stuff ? "segment" : "thing")}");
    }
}
