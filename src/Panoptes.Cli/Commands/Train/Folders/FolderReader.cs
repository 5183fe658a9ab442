using Panoptes.Cli.Input;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>
/// Makes a folder's dataset ready to train on: converts what is not COCO's, splits what has no validation set. Images stay where they are.
/// </summary>
/// <param name="folder">The dataset's folder.</param>
/// <param name="output">The folder for annotations that have to be written; made where it is needed.</param>
/// <param name="limits">How large images may be that annotations declare.</param>
internal sealed class FolderReader(string folder, string output, InputLimits limits)
{
    /// <summary>The seed of the split: the same images whatever the run's seed is, so that runs can be compared.</summary>
    private const long SplitSeed = 0;

    private readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly List<string> _remarks = [];

    /// <summary>Finds, converts and splits.</summary>
    /// <param name="panoptic">Whether the network needs every pixel labeled.</param>
    /// <param name="validation">Whether a validation set is wanted; the configuration may name one of its own.</param>
    /// <param name="progress">Told how far conversions are.</param>
    /// <param name="cancellationToken">Ends the work; files that are written stay.</param>
    /// <exception cref="InputException">There is no such folder, or no dataset in it, or a file of it is wrong.</exception>
    public FolderData Read(
        bool panoptic, bool validation, IProgress<(string Stage, int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_folder))
        {
            throw InputException.ForSetting("--data", $"the folder '{folder}' does not exist", InputErrorKind.NotFound);
        }

        IReadOnlyList<DatasetPart> parts = FolderLayout.Find(_folder, panoptic);
        DatasetPart train = parts.FirstOrDefault(part => part.Kind == PartKind.Train)
            ?? parts.FirstOrDefault(part => part.Kind == PartKind.Whole)
            ?? throw InputException.ForSetting(
                null,
                $"'{folder}' has no part to train on, only {string.Join(" and ", parts.Select(NameOf))}; "
                + "set data.train.images and data.train.annotations");
        DatasetPart? val = validation ? parts.FirstOrDefault(part => part.Kind == PartKind.Val) : null;
        _remarks.Add($"{DatasetFormats.NameOf(train.Format)} dataset in {_folder}: {string.Join(", ", parts.Select(NameOf))}");

        LabeledImages toTrain = Prepare(train, progress, cancellationToken);
        LabeledImages? toEvaluate = val is null ? null : Prepare(val, progress, cancellationToken);
        if (validation && val is null && toTrain.Count > 1) (toTrain, toEvaluate) = Split(toTrain);
        return new FolderData(
            toTrain.ToConfig(),
            toEvaluate?.ToConfig() ?? new DatasetConfig(),
            toTrain.Count,
            toTrain.MostInstances,
            toTrain.SmallObject,
            toTrain.IsPanoptic,
            _remarks);
    }

    private static string NameOf(DatasetPart part) => part.Kind == PartKind.Whole ? "all images" : part.Kind.ToString().ToLowerInvariant();

    private LabeledImages Prepare(
        DatasetPart part, IProgress<(string Stage, int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        string annotations = part.Input;
        if (part.Format is not (DatasetFormat.Coco or DatasetFormat.Panoptic))
        {
            annotations = Path.Combine(Directory.CreateDirectory(output).FullName, NameOf(part).Replace(' ', '_') + ".json");
            ConversionOptions options = new()
            {
                From = part.Format,
                To = DatasetFormat.Coco,
                Input = part.Input,
                Output = annotations,
                Images = part.Images,
                Split = part.Split,
                Limits = limits,
            };
            ConversionResult result = DatasetConverter.Convert(options, progress, cancellationToken);
            _remarks.Add(
                $"{NameOf(part)}: {result.Images} images with {result.Objects} objects converted to COCO's format "
                + $"({Path.GetFileName(output)}/{Path.GetFileName(annotations)} of the run)");
            _remarks.AddRange(result.Losses.Select(loss => $"{NameOf(part)}: {loss}"));
        }

        return part.Format == DatasetFormat.Panoptic
            ? Panoptic(annotations, part, cancellationToken)
            : Instances(annotations, part, cancellationToken);
    }

    private LabeledImages Instances(string annotations, DatasetPart part, CancellationToken cancellationToken)
    {
        InstanceDataset dataset = Unstoppable.Run(
            () => InstanceDataset.Load(annotations, new InstanceDatasetOptions { Limits = limits }), cancellationToken);
        string[] names = [.. dataset.Images.Select(image => image.FileName)];
        return new LabeledImages(
            part.Images ?? ImageFolder.Find(_folder, part.Input, part.Kind, names),
            annotations,
            PngFolder: null,
            names.Length,
            dataset.Images.Select((_, index) => dataset.AnnotationsOf(index).Count).DefaultIfEmpty().Max(),
            SmallObjectOf(dataset));
    }

    private static double SmallObjectOf(InstanceDataset dataset)
    {
        double[] sides =
        [
            .. from annotation in dataset.Annotations
               let side = ShortSide(dataset.IndexOfImage(annotation.ImageId))
               where !annotation.IsCrowd && annotation.Bbox.Area > 0 && side > 0
               let part = Thickness(annotation.Area, annotation.Bbox) / side
               orderby part
               select part,
        ];
        return sides.Length == 0 ? 1 : sides[sides.Length / 4];

        // A syringe of 10x200 pixels is as hard as a square of 10.
        static double Thickness(double area, BoxXywh box)
        {
            double longSide = Math.Max(box.Width, box.Height);
            double side = Math.Sqrt(box.Area);
            return area > 0 ? Math.Min(area / longSide, side) : side;
        }

        double ShortSide(int image) => Math.Min(dataset.Images[image].Width, dataset.Images[image].Height);
    }

    private LabeledImages Panoptic(string annotations, DatasetPart part, CancellationToken cancellationToken)
    {
        PanopticDataset dataset = Unstoppable.Run(() => PanopticDataset.Load(annotations, limits), cancellationToken);
        string pngs = Path.ChangeExtension(annotations, null);
        if (!Directory.Exists(pngs)) pngs = ImageFolder.Find(_folder, annotations, part.Kind, dataset.Annotations.Select(a => a.FileName));
        string[] names = [.. dataset.Images.Select(image => image.FileName)];
        return new LabeledImages(
            ImageFolder.Find(_folder, annotations, part.Kind, names),
            annotations,
            pngs,
            names.Length,
            dataset.Annotations.Select(annotation => annotation.Segments.Count).DefaultIfEmpty().Max(),
            SmallObject: 1);
    }

    private (LabeledImages Train, LabeledImages Val) Split(LabeledImages all)
    {
        int val = Math.Max(1, (int)Math.Round(all.Count / 10.0));
        SplitPart[] parts = [new("train", all.Count - val, IsShare: false), new("val", val, IsShare: false)];
        SplitResult split = DatasetSplit.Write(all.Annotations, parts, SplitSeed, Directory.CreateDirectory(output).FullName);
        IReadOnlyList<SplitFile> files = split.Files;
        _remarks.AddRange(split.Skipped.Select(skipped => $"{skipped}"));
        _remarks.Add(
            $"no validation set: {files[1].Images} of the {all.Count} images, a tenth, were set aside for it by the seed {SplitSeed}, "
            + $"as {Path.GetFileName(output)}/{Path.GetFileName(files[1].Path)} of the run");
        return (all.Part(files[0]), all.Part(files[1]));
    }
}
