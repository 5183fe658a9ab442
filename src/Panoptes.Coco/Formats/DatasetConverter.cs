using Panoptes.Coco.Datasets;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats.Cityscapes;
using Panoptes.Coco.Formats.CocoJson;
using Panoptes.Coco.Formats.Cvat;
using Panoptes.Coco.Formats.Datumaro;
using Panoptes.Coco.Formats.LabelMe;
using Panoptes.Coco.Formats.LabelStudio;
using Panoptes.Coco.Formats.MaskPngs;
using Panoptes.Coco.Formats.Panoptic;
using Panoptes.Coco.Formats.Supervisely;
using Panoptes.Coco.Formats.Voc;
using Panoptes.Coco.Formats.Yolo;

namespace Panoptes.Coco.Formats;

/// <summary>
/// Converts datasets from one format to another. What both formats can hold stays the same, and what the other cannot hold is named.
/// </summary>
/// <remarks>
/// There are two kinds of datasets, of objects (COCO's instances are what all of them are read to) and panoptic ones (read image by
/// image), and a way between them: things are objects, and objects are drawn over each other to become things.
/// </remarks>
public static class DatasetConverter
{
    /// <summary>Converts a dataset.</summary>
    /// <param name="options">What to convert.</param>
    /// <param name="progress">Told what is done with how many of the images; from several threads.</param>
    /// <param name="cancellationToken">Ends the work; files already written stay.</param>
    /// <returns>What was written and what was lost.</returns>
    /// <exception cref="InputException">An option or a file is wrong; the message names file, key and value.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ConversionResult Convert(
        ConversionOptions options,
        IProgress<(string Stage, int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        bool lends = DatasetFormats.IsCocoJson(options.From);
        string? header = lends ? options.Input : options.Like;
        ConversionContext context = new(options, progress, cancellationToken)
        {
            Header = header is null ? null : CocoHeader.Load(
                header, options.Limits, skipInvalid: lends && !options.Strict, cancellationToken),
            Classes = options.Classes is null ? null : ClassList.Read(options.Classes),
        };
        try
        {
            ConversionResult result = Convert(context, lends);
            return context.Counts is { } counts ? result with { Read = counts() } : result;
        }
        catch (InputException e) when (e.File is null)
        {
            throw e.InFile(options.Input); // an object or an image, whose reader does not know the file
        }
    }

    private static ConversionResult Convert(ConversionContext context, bool lends)
    {
        ConversionOptions options = context.Options;
        CocoReader.AddKeys(context);
        return DatasetFormats.IsPanoptic(options.To)
            ? Write(options.From switch
            {
                DatasetFormat.Panoptic or DatasetFormat.PanopticTwoChannel or DatasetFormat.PanopticDetection or DatasetFormat.Cityscapes =>
                    ReadPanoptic(context),
                _ => PaintedSource.Things(ReadInstances(context), context),
            }, context)
            : Write(
                lends && !DatasetFormats.IsCocoJson(options.To)
                    ? CocoReader.WithNamesOfThisSystem(ReadInstances(context), context)
                    : ReadInstances(context),
                context);
    }

    private static InstanceDataset ReadInstances(ConversionContext context)
    {
        InstanceDataset dataset = ReadObjects(context);
        context.Counts ??= () => new(dataset.Images.Count, dataset.Annotations.Count, dataset.Categories.Count);
        return dataset;
    }

    private static InstanceDataset ReadObjects(ConversionContext context) => context.Options.From switch
    {
        DatasetFormat.Coco => CocoReader.Read(context),
        DatasetFormat.Masks => MaskReader.Read(context),
        DatasetFormat.Yolo => YoloReader.Read(context),
        DatasetFormat.LabelMe => LabelMeReader.Read(context),
        DatasetFormat.Voc => VocReader.Read(context),
        DatasetFormat.LabelStudio => LabelStudioReader.Read(context),
        DatasetFormat.Cvat => CvatReader.Read(context),
        DatasetFormat.Supervisely => SuperviselyReader.Read(context),
        DatasetFormat.Datumaro => DatumaroReader.Read(context),
        _ => PanopticThings.Read(ReadPanoptic(context), context),
    };

    private static CountedSource ReadPanoptic(ConversionContext context)
    {
        CountedSource source = new(context.Options.From switch
        {
            DatasetFormat.Panoptic => new PanopticReader(context),
            DatasetFormat.PanopticTwoChannel => new TwoChannelReader(context),
            DatasetFormat.Cityscapes => new CityscapesReader(context),
            _ => PaintedSource.Detections(context),
        });
        context.Counts = () => source.Counts;
        return source;
    }

    private static ConversionResult Write(InstanceDataset dataset, ConversionContext context) => context.Options.To switch
    {
        DatasetFormat.Masks => MaskWriter.Write(dataset, context),
        DatasetFormat.Yolo => YoloWriter.Write(dataset, context),
        DatasetFormat.LabelMe => LabelMeWriter.Write(dataset, context),
        DatasetFormat.Voc => VocWriter.Write(dataset, context),
        _ => WriteCoco(dataset, context),
    };

    private static ConversionResult Write(IPanopticSource source, ConversionContext context) => context.Options.To switch
    {
        DatasetFormat.Panoptic => PanopticWriter.Write(source, context),
        DatasetFormat.PanopticTwoChannel => TwoChannelWriter.Write(source, context),
        _ => DetectionWriter.Write(source, context),
    };

    private static ConversionResult WriteCoco(InstanceDataset dataset, ConversionContext context)
    {
        CocoFile.Write(context.Options.Output, dataset, context.Header);
        return InstanceLosses.Result(dataset, context, dataset.Annotations.Count, imageFolder: null);
    }

    private static void Check(ConversionOptions options)
    {
        if (options.From == options.To)
        {
            throw InputException.ForSetting(
                "ConversionOptions.To",
                $"the dataset is in the format {DatasetFormats.NameOf(options.To)} already");
        }

        if (!DatasetFormats.IsWritable(options.To))
        {
            throw InputException.ForSetting(
                "ConversionOptions.To",
                $"the format {DatasetFormats.NameOf(options.To)} is read only; "
                + $"written are {string.Join(", ", DatasetFormats.WritableNames)}",
                InputErrorKind.Unsupported);
        }

        if (DatasetFormats.IsCocoJson(options.To) && !options.Output.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw InputException.ForSetting(
                "ConversionOptions.Output",
                $"'{options.Output}' must be a file NAME.json, which the format "
                    + $"{DatasetFormats.NameOf(options.To)} is");
        }

        RequireOtherOutput(options);
        if (options.Like is not null && DatasetFormats.IsCocoJson(options.From))
        {
            throw InputException.ForSetting(
                "ConversionOptions.Like",
                $"a dataset in the format {DatasetFormats.NameOf(options.From)} has ids of its own");
        }

        if (options.Classes is not null && options.From == DatasetFormat.Coco && !DatasetFormats.IsPanoptic(options.To))
        {
            throw InputException.ForSetting("ConversionOptions.Classes", "a dataset in the format coco has classes of its own");
        }

        if (options.Split is { } split && (split.Length == 0 || split.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0))
        {
            throw InputException.ForSetting("ConversionOptions.Split", $"'{split}' must be a plain name, such as train or val");
        }

        if (options is { To: DatasetFormat.Yolo, Split: { } part } && !YoloConfig.SplitNames.Contains(part))
        {
            throw InputException.ForSetting(
                "ConversionOptions.Split",
                $"'{part}' is not one of YOLO's parts: {string.Join(", ", YoloConfig.SplitNames)}");
        }

        if (options.Images is { } images && !Directory.Exists(images))
        {
            throw InputException.ForSetting("ConversionOptions.Images", $"the folder '{images}' does not exist", InputErrorKind.NotFound);
        }

        bool hasImages = options.From is not (DatasetFormat.Coco or DatasetFormat.LabelMe) && !DatasetFormats.IsPanoptic(options.From);
        if (options.CopyImages && options.Images is null && !hasImages)
        {
            throw InputException.ForSetting("ConversionOptions.CopyImages", "needs the folder of the images (ConversionOptions.Images)");
        }
    }

    /// <summary>Checks that what is written replaces nothing that is read.</summary>
    private static void RequireOtherOutput(ConversionOptions options)
    {
        DatasetCopy.RequireOther(options.Output, options.Input);
        (string Name, string? Path)[] others = [("Like", options.Like), ("Classes", options.Classes)];
        foreach ((string name, string? path) in others)
        {
            if (File.Exists(path) && PathComparison.AreSame(path, options.Output))
            {
                throw new InputException(
                    InputErrorKind.Invalid, options.Output, null,
                    $"is the file of ConversionOptions.{name}; what is written needs another name.");
            }
        }

        // The PNGs of a panoptic JSON lie in the folder that has its name.
        string? read = options.From == DatasetFormat.Panoptic ? options.PngFolder ?? Path.ChangeExtension(options.Input, null)
            : options.From == DatasetFormat.PanopticTwoChannel ? options.Input
            : null;
        string? written = options.To == DatasetFormat.Panoptic ? Path.ChangeExtension(options.Output, null)
            : options.To == DatasetFormat.PanopticTwoChannel ? options.Output
            : null;
        if (read is not null && written is not null)
        {
            DatasetCopy.RequireOther(written, read);
        }
    }
}
