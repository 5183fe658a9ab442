using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Datasets.View;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset view</c>: pages of pictures with their objects drawn over them.</summary>
internal sealed class DatasetViewCommand : ToolCommand
{
    /// <summary>Pictures that could not be shown and are named on the terminal; the pages name all.</summary>
    private const int NamedProblems = 3;

    private readonly Option<string> _annotations = new("--annotations")
    {
        Description = "The data set: a COCO instance or panoptic JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _images = new("--images")
    {
        Description = "The folder of its pictures.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the pages (index.html, page2.html, ...) and the pictures on them.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _panopticFolder = new("--panoptic-folder")
    {
        Description = "The folder of a panoptic data set's PNGs.",
        HelpName = "DIR",
    };

    private readonly Option<int> _pageSize = new("--page-size")
    {
        Description = "Pictures on a page.",
        HelpName = "N",
        DefaultValueFactory = _ => 24,
    };

    private readonly Option<int?> _pictures = new("--pictures") { Description = "Only the first so many pictures.", HelpName = "N" };

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "Only objects of these classes, and pictures that have one.",
        HelpName = "NAME,...",
    };

    private readonly Option<string?> _predictions = new("--predictions")
    {
        Description = "A COCO results JSON to show beside the annotations.",
        HelpName = "FILE",
    };

    private readonly Option<double> _score = new("--score")
    {
        Description = "Leave out predictions below this score, 0 to 1.",
        HelpName = "S",
        DefaultValueFactory = _ => 0.3,
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the pages are named.</param>
    public DatasetViewCommand(ToolConsole console)
        : base(
            console,
            "view",
            "Look at a data set: pages of its pictures with masks, boxes and names drawn over them.",
            "panoptes dataset view --annotations instances.json --images train2017 --output view",
            "panoptes dataset view --annotations instances.json --images train2017 --classes dog,cat --pictures 100 --output view",
            "panoptes dataset view --annotations instances.json --images val2017 --predictions results.json --score 0.5 --output view",
            "panoptes dataset view --annotations panoptic.json --panoptic-folder panoptic --images val2017 --output view")
    {
        foreach (Option option in new Option[]
        {
            _annotations, _images, _output, _panopticFolder, _pageSize, _pictures, _classes, _predictions, _score, _json,
        })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DatasetViewOptions options = Read(arguments);
        string output = OutputFolder.Create(arguments.GetRequiredValue(_output));
        DatasetViewResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(
            DatasetView.Write(options, output, new PictureProgress("draw", progress), cancellationToken))).ConfigureAwait(false);

        foreach (string warning in result.Warnings) Console.Say($"warning: {warning}");
        foreach (string problem in result.Problems.Take(NamedProblems)) Console.Say($"warning: {problem}");
        int more = result.Problems.Count - NamedProblems;
        if (more > 0) Console.Say($"warning: {Count(more, "more picture")} could not be shown; the pages say why");
        if (arguments.GetValue(_json))
        {
            WriteJson(result);
        }
        else
        {
            string objects = Count(result.Annotations, "annotation");
            if (options.Predictions is not null) objects += $", {Count(result.Predictions, "prediction")}";
            Console.Output.WriteLine($"{Count(result.Pictures, "picture")}, {objects} on {Count(result.Pages, "page")}");
            Console.Output.WriteLine($"open  {Path.GetFullPath(result.Page)}");
        }

        // Not one picture could be shown: the folder is wrong.
        return result.Pictures > 0 && result.Problems.Count == result.Pictures ? ExitCode.WrongInput : ExitCode.Done;
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private DatasetViewOptions Read(ParseResult arguments)
    {
        double score = arguments.GetValue(_score);
        if (score is not (>= 0 and <= 1)) throw new InputException($"--score {score}: it must lie in 0..1");
        int pageSize = arguments.GetValue(_pageSize);
        if (pageSize < 1) throw new InputException($"--page-size {pageSize}: it must be at least 1");
        int? pictures = arguments.GetValue(_pictures);
        if (pictures < 1) throw new InputException($"--pictures {pictures}: it must be at least 1");
        const StringSplitOptions names = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        return new DatasetViewOptions
        {
            Annotations = arguments.GetRequiredValue(_annotations),
            Images = InputFolder.Require("--images", arguments.GetRequiredValue(_images)),
            PanopticFolder = arguments.GetValue(_panopticFolder) is { } folder ? InputFolder.Require("--panoptic-folder", folder) : null,
            Predictions = arguments.GetValue(_predictions),
            MinScore = score,
            Classes = arguments.GetValue(_classes)?.Split(',', names) ?? [],
            Pictures = pictures,
            PageSize = pageSize,
        };
    }

    private void WriteJson(DatasetViewResult result) => JsonOutput.WriteLine(Console.Output, json =>
    {
        json.WriteStartObject();
        json.WriteString("page"u8, Path.GetFullPath(result.Page));
        json.WriteNumber("pages"u8, result.Pages);
        json.WriteNumber("pictures"u8, result.Pictures);
        json.WriteNumber("annotations"u8, result.Annotations);
        json.WriteNumber("predictions"u8, result.Predictions);
        json.WriteStartArray("problems"u8);
        foreach (string problem in result.Problems) json.WriteStringValue(problem);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
