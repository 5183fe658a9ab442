using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets.View;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset view</c>: pages of images with their objects drawn over them.</summary>
internal sealed class DatasetViewCommand : ToolCommand
{
    /// <summary>Images that could not be shown and are named on the terminal; the pages name all.</summary>
    private const int NamedProblems = 3;

    private readonly Option<string> _annotations = DatasetOptions.Annotations();

    private readonly Option<string> _images = new("--images")
    {
        Description = "The folder of its images.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<bool> _allowOutside = new("--allow-outside")
    {
        Description = "Also show images outside of --images if the annotations' file names lead there.",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the pages (index.html, page2.html, ...) and the images on them.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _panopticFolder = new("--panoptic-folder")
    {
        Description = "The folder of a panoptic dataset's PNGs.",
        HelpName = "DIR",
    };

    private readonly Option<int> _pageSize = new("--page-size")
    {
        Description = "Images per page.",
        HelpName = "N",
        DefaultValueFactory = _ => 24,
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "Show only the first N images.", HelpName = "N" };

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "Show only objects of these classes, and only images that have one.",
        HelpName = "NAME,...",
    };

    private readonly Option<string?> _predictions = new("--predictions")
    {
        Description = "A COCO results JSON to show next to the annotations.",
        HelpName = "FILE",
    };

    private readonly Option<double> _score = new("--score")
    {
        Description = "Skip predictions below this score, 0 to 1.",
        HelpName = "S",
        DefaultValueFactory = _ => 0.3,
    };

    private readonly LimitOptions _limits = new();

    /// <param name="console">Where the pages are named.</param>
    public DatasetViewCommand(ToolConsole console)
        : base(
            console,
            "view",
            "Look at a dataset: pages of its images with masks, boxes and names drawn over them.",
            "panoptes dataset view --annotations instances.json --images train2017 --output view",
            "panoptes dataset view --annotations instances.json --images train2017 --classes dog,cat --limit 100 --output view",
            "panoptes dataset view --annotations instances.json --images val2017 --predictions results.json --score 0.5 --output view",
            "panoptes dataset view --annotations panoptic.json --panoptic-folder panoptic --images val2017 --output view")
    {
        AddOptions(
            _annotations, _images, _allowOutside, _output, _panopticFolder, _pageSize, _limit, _classes, _predictions, _score,
            _limits.MaxPixels, _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DatasetViewOptions options = Read(arguments);
        if (options.Predictions is null) arguments.RefuseTyped("--predictions", _score);
        string output = OutputFolder.Create(arguments.GetRequiredValue(_output));
        DatasetViewResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(
            DatasetView.Write(options, output, new ImageProgress("draw", progress), cancellationToken))).ConfigureAwait(false);

        foreach (string warning in result.Warnings) Console.Warn(warning);
        foreach (string problem in result.Problems.Take(NamedProblems)) Console.Warn(problem);
        int more = result.Problems.Count - NamedProblems;
        if (more > 0) Console.Warn($"{Count(more, "more image")} could not be shown; the pages say why");
        WriteResult(arguments, json => WriteJson(json, result), () =>
        {
            string objects = Count(result.Annotations, "annotation");
            if (options.Predictions is not null) objects += $", {Count(result.Predictions, "prediction")}";
            Console.Output.WriteLine($"{Count(result.Images, "image")}, {objects} on {Count(result.Pages, "page")}");
            Console.Output.WriteLine($"open  {Path.GetFullPath(result.Page)}");
        });

        // Not one image could be shown: the folder is wrong.
        return result.Images > 0 && result.Problems.Count == result.Images ? ExitCode.WrongInput : ExitCode.Done;
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private DatasetViewOptions Read(ParseResult arguments) => new()
    {
        MinScore = InputNumber.Fraction(arguments, _score),
        PageSize = InputNumber.AtLeastOne(arguments, _pageSize),
        Limit = InputNumber.AtLeastOne(arguments, _limit),
        Annotations = arguments.GetRequiredValue(_annotations),
        Images = InputFolder.Require("--images", arguments.GetRequiredValue(_images)),
        AllowOutside = arguments.GetValue(_allowOutside),
        Limits = _limits.Of(arguments),
        PanopticFolder = InputFolder.Of(arguments, _panopticFolder),
        Predictions = arguments.GetValue(_predictions),
        Classes = DatasetOptions.NamesOf(arguments, _classes) ?? [],
    };

    private static void WriteJson(Utf8JsonWriter json, DatasetViewResult result)
    {
        json.WriteStartObject();
        json.WriteString("page"u8, Path.GetFullPath(result.Page));
        json.WriteNumber("pages"u8, result.Pages);
        json.WriteNumber("images"u8, result.Images);
        json.WriteNumber("annotations"u8, result.Annotations);
        json.WriteNumber("predictions"u8, result.Predictions);
        json.WriteStrings("problems"u8, result.Problems.Select(OptionNames.Translate));
        json.WriteEndObject();
    }
}
