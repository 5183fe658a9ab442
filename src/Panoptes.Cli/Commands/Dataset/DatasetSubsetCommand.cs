using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Files;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset subset</c>: some images and classes of a dataset.</summary>
internal sealed class DatasetSubsetCommand : ToolCommand
{
    private readonly Option<string> _annotations = DatasetOptions.Annotations();
    private readonly Option<string> _output = DatasetOptions.Output();

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "The classes to keep, with their objects.",
        HelpName = "NAME,...",
    };

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "The number of images to keep, chosen by --seed.",
        HelpName = "N",
    };

    private readonly Option<string?> _ids = new("--ids")
    {
        Description = "The ids of the images to keep.",
        HelpName = "ID,...",
    };

    private readonly Option<double> _minArea = new("--min-area")
    {
        Description = "Drop objects with a smaller area, in square pixels.",
        HelpName = "A",
    };

    private readonly Option<bool> _nonEmpty = new("--non-empty")
    {
        Description = "Drop images without remaining objects; otherwise they are kept as background.",
    };

    private readonly Option<bool> _strict = DatasetOptions.Strict();
    private readonly Option<long> _seed = DatasetOptions.Seed();

    /// <param name="console">Where the file is listed.</param>
    public DatasetSubsetCommand(ToolConsole console)
        : base(
            console,
            "subset",
            "Select images and classes of a dataset.",
            "panoptes dataset subset --annotations instances.json --output cats.json --classes cat,dog --non-empty",
            "panoptes dataset subset --annotations instances.json --output small.json --limit 500 --seed 1",
            "panoptes dataset subset --annotations instances.json --output large.json --min-area 1024")
    {
        AddOptions(_annotations, _output, _classes, _limit, _ids, _minArea, _nonEmpty, _seed, _strict);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        SubsetOptions options = new()
        {
            Classes = DatasetOptions.NamesOf(arguments, _classes),
            Images = InputNumber.AtLeastOne(arguments, _limit),
            Ids = arguments.GetValue(_ids)?.Split(',').Select(text => CocoId.Of(text.Trim())).ToArray(),
            MinArea = arguments.GetValue(_minArea),
            NonEmpty = arguments.GetValue(_nonEmpty),
            Seed = arguments.GetValue(_seed),
            Strict = arguments.GetValue(_strict),
        };
        if (options is { Images: not null, Ids: not null })
        {
            throw InputException.ForSetting(null, "--limit and --ids: one of the two chooses the images");
        }

        DatasetFile file = DatasetSubset.Write(
            arguments.GetRequiredValue(_annotations),
            OutputFile.Prepare("--output", arguments.GetRequiredValue(_output)),
            options,
            cancellationToken);
        foreach (SkippedElements skipped in file.Skipped) Console.Warn($"{skipped}");
        WriteResult(arguments, json => DatasetFileText.Write(json, file), () => Console.Output.WriteLine(DatasetFileText.Line(file)));
        return Task.FromResult(ExitCode.Done);
    }

}
