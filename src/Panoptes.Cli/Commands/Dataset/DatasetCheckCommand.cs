using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset check</c>: what makes training fail or AP lie, and a repaired copy.</summary>
internal sealed class DatasetCheckCommand : ToolCommand
{
    private readonly Option<string> _annotations = DatasetOptions.Annotations();

    private readonly Option<string?> _images = new("--images")
    {
        Description = "The folder of the images: the files are then checked too.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _panopticFolder = new("--panoptic-folder")
    {
        Description = "The folder of a panoptic dataset's PNGs: they are then checked too.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "Another dataset that may not share images with this one (train against val).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _againstImages = new("--against-images")
    {
        Description = "The folder of the other dataset's images: with both folders the files themselves are compared.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _fix = new("--fix")
    {
        Description = "Write a repaired copy; the exit code then says whether the copy has errors.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _dropUnusable = new("--drop-unusable")
    {
        Description = "With --fix: drop images that are missing or cannot be read, with their objects, and all else that cannot be used. "
            + "Otherwise these stay unchanged.",
    };

    private readonly Option<bool> _clearCrowd = new("--clear-crowd")
    {
        Description = "With --fix: turn crowds into ordinary objects (iscrowd 0).",
    };

    private readonly Option<bool> _allowLoss = new("--allow-loss")
    {
        Description = "With --fix: write the copy even if more than a tenth of the images or instances is dropped.",
    };

    private readonly LimitOptions _limits = new();

    /// <param name="console">Where the findings go.</param>
    public DatasetCheckCommand(ToolConsole console)
        : base(
            console,
            "check",
            "Find what makes training fail or AP misleading in a dataset; exit code 1 if there are errors.",
            "panoptes dataset check --annotations instances.json --images images",
            "panoptes dataset check --annotations instances.json --images images --fix instances_fixed.json",
            "panoptes dataset check --annotations instances.json --images images --fix instances_fixed.json --drop-unusable",
            "panoptes dataset check --annotations val.json --images val --against train.json --against-images train",
            "panoptes dataset check --annotations panoptic.json --images images --panoptic-folder panoptic")
    {
        AddOptions(
            _annotations, _images, _panopticFolder, _against, _againstImages, _fix, _dropUnusable, _clearCrowd, _allowLoss,
            _limits.MaxPixels, _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DatasetCheckOptions options = new()
        {
            Images = InputFolder.Of(arguments, _images),
            PanopticFolder = InputFolder.Of(arguments, _panopticFolder),
            Against = arguments.GetValue(_against),
            AgainstImages = InputFolder.Of(arguments, _againstImages),
            Fix = OutputFile.Of(arguments, _fix),
            DropUnusable = arguments.GetValue(_dropUnusable),
            ClearCrowd = arguments.GetValue(_clearCrowd),
            AllowLoss = arguments.GetValue(_allowLoss),
            Limits = _limits.Of(arguments),
        };
        Option<bool>? idle = options.Fix is null
            ? new[] { _dropUnusable, _clearCrowd, _allowLoss }.FirstOrDefault(option => arguments.GetValue(option))
            : null;
        if (idle is not null)
        {
            throw InputException.ForSetting(idle.Name, "needs --fix FILE, the copy that it changes");
        }

        if (options.AgainstImages is not null && (options.Against is null || options.Images is null))
        {
            throw InputException.ForSetting("--against-images", "needs --against and --images too");
        }

        DatasetCheckResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(DatasetCheck.Run(
            arguments.GetRequiredValue(_annotations),
            options,
            new ImageProgress("check", progress),
            cancellationToken))).ConfigureAwait(false);
        WriteResult(arguments, json => CheckJson.Write(json, result), () => CheckText.Write(Console.Output, result));
        if (result.Refusal is { } refusal)
        {
            Console.Say($"error: {options.Fix}: {OptionNames.Translate(refusal)}");
            return ExitCode.Failed;
        }

        return (result.Repair?.Check ?? result).Errors > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}
