using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Formats;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset convert</c>: from one format to another, naming what cannot be held.</summary>
internal sealed class DatasetConvertCommand : ToolCommand
{
    private readonly Option<string?> _from = new("--from")
    {
        Description = $"The input's format: {string.Join(", ", DatasetFormats.Names)}. Optional if the input shows it.",
        HelpName = "FORMAT",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = $"The output's format: {string.Join(", ", DatasetFormats.WritableNames)}.",
        HelpName = "FORMAT",
        Required = true,
    };

    private readonly Option<string> _input = new("--input")
    {
        Description = "The dataset: a JSON (coco, panoptic, panoptic-detection, label-studio, datumaro), data.yaml (yolo), "
            + "annotations.xml (cvat), or a folder.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The output: NAME.json (coco, panoptic, panoptic-detection) or a folder.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<string?> _images = new("--images") { Description = "The folder of the images.", HelpName = "DIR" };

    private readonly Option<string?> _pngFolder = new("--png-folder")
    {
        Description = "The folder of a panoptic JSON's PNGs, if it is not the one next to it with the same name.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "The classes in their order: names, a text file with one name per line, or a JSON with categories.",
        HelpName = "NAME,...|FILE",
    };

    private readonly Option<string?> _like = new("--like")
    {
        Description = "A COCO JSON whose image and class ids are used for a dataset that has none.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _split = new("--split")
    {
        Description = "The part to read (yolo, voc, cityscapes, supervisely; default: all) or to write (default: train).",
        HelpName = "NAME",
    };

    private readonly Option<string?> _maskSuffix = new("--mask-suffix")
    {
        Description = "What the names of masks add to those of their images (_mask).",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _copyImages = new("--copy-images")
    {
        Description = "Copy images to where the format expects them; otherwise they are linked.",
    };

    private readonly Option<bool> _keepStuff = new("--keep-stuff") { Description = "Also make objects of stuff (from panoptic)." };

    private readonly Option<bool> _keepCrowds = new("--keep-crowds")
    {
        Description = "Make ordinary objects of crowd regions in formats without a flag for them (yolo, masks).",
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Fail on anything that cannot be read, such as a malformed object, labels without an image or an unknown key; "
            + "otherwise it is skipped, counted and named.",
    };

    private readonly Option<string?> _encoding = new("--encoding")
    {
        Description = "The encoding of texts that are not UTF-8 or UTF-16, such as gb2312 or windows-1252.",
        HelpName = "NAME",
    };

    private readonly LimitOptions _limits = new();

    /// <param name="console">Where the result goes.</param>
    public DatasetConvertCommand(ToolConsole console)
        : base(
            console,
            "convert",
            "Convert a dataset to another format, and report what that format cannot hold.",
            "panoptes dataset convert --to coco --input PennFudanPed --classes person --output pennfudan.json",
            "panoptes dataset convert --to yolo --input instances_val2017.json --images val2017 --output yolo --split val",
            "panoptes dataset convert --to coco --input yolo/data.yaml --like instances_val2017.json --output back.json",
            "panoptes dataset convert --to panoptic-2ch --input panoptic_val2017.json --output val2017_2ch")
    {
        AddOptions(
            _from, _to, _input, _output, _images, _pngFolder, _classes, _like, _split, _maskSuffix, _copyImages, _keepStuff, _keepCrowds,
            _strict, _encoding, _limits.MaxPixels, _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ConversionOptions options = Read(arguments);
        ConversionResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(DatasetConverter.Convert(
            options,
            new StageProgress(progress),
            cancellationToken))).ConfigureAwait(false);

        foreach (ConversionLoss loss in result.Losses) Console.Warn(loss.ToString());
        WriteResult(arguments, json => ConversionOutput.Write(json, result), () => ConversionOutput.Write(Console.Output, result));
        return ExitCode.Done;
    }

    private ConversionOptions Read(ParseResult arguments)
    {
        string input = arguments.GetRequiredValue(_input);
        if (!File.Exists(input) && !Directory.Exists(input))
        {
            throw InputException.ForSetting("--input", $"there is no file or folder '{input}'", InputErrorKind.NotFound);
        }

        DatasetFormat from = arguments.GetValue(_from) is { } name
            ? DatasetFormats.Parse(name)
            : DatasetFormats.Detect(input)
                ?? throw InputException.ForSetting(
                    "--from",
                    $"'{input}' does not show its format; name it: {string.Join(", ", DatasetFormats.Names)}");
        return new ConversionOptions
        {
            From = from,
            To = DatasetFormats.Parse(arguments.GetRequiredValue(_to)),
            Input = input,
            Output = arguments.GetRequiredValue(_output),
            Images = arguments.GetValue(_images),
            PngFolder = arguments.GetValue(_pngFolder),
            Classes = arguments.GetValue(_classes),
            Like = arguments.GetValue(_like),
            Split = arguments.GetValue(_split),
            MaskSuffix = arguments.GetValue(_maskSuffix),
            CopyImages = arguments.GetValue(_copyImages),
            KeepStuff = arguments.GetValue(_keepStuff),
            KeepCrowds = arguments.GetValue(_keepCrowds),
            Strict = arguments.GetValue(_strict),
            Encoding = arguments.GetValue(_encoding),
            Limits = _limits.Of(arguments),
        };
    }
}
