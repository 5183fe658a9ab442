using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset split</c>: a dataset's images into parts, to train on and to test on.</summary>
internal sealed class DatasetSplitCommand : ToolCommand
{
    private readonly Option<string> _annotations = DatasetOptions.Annotations();

    private readonly Option<string> _parts = new("--parts")
    {
        Description = "The parts, each with its fraction of the images (0.8) or its number of images (200).",
        HelpName = "NAME=SIZE,...",
        DefaultValueFactory = _ => "train=0.8,val=0.2",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder in which each part is written as NAME.json.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<bool> _strict = DatasetOptions.Strict();

    private readonly Option<long> _seed = DatasetOptions.Seed();

    /// <param name="console">Where the files are listed.</param>
    public DatasetSplitCommand(ToolConsole console)
        : base(
            console,
            "split",
            "Split a dataset by images: into parts to train on and to test on.",
            "panoptes dataset split --annotations instances.json --output data",
            "panoptes dataset split --annotations instances.json --parts instances_train=200,instances_val=50 --output data --seed 1")
    {
        AddOptions(_annotations, _parts, _output, _seed, _strict);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<SplitPart> parts = SplitPart.ParseAll(arguments.GetRequiredValue(_parts));
        SplitResult result = DatasetSplit.Write(
            arguments.GetRequiredValue(_annotations),
            parts,
            arguments.GetValue(_seed),
            OutputFolder.Create(arguments.GetRequiredValue(_output)),
            arguments.GetValue(_strict),
            cancellationToken);
        foreach (SkippedElements skipped in result.Skipped) Console.Warn($"{skipped}");
        WriteResult(arguments, json => WriteJson(json, result), () =>
        {
            foreach (SplitFile file in result.Files)
            {
                Console.Output.WriteLine($"{file.Path}  {file.Images} images, {file.Annotations} annotations");
            }

            if (result.LeftOver > 0)
            {
                Console.Output.WriteLine($"{result.LeftOver} images are in no part, because the parts ask for fewer images");
            }
        });
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteJson(Utf8JsonWriter json, SplitResult result)
    {
        json.WriteStartObject();
        json.WriteObjects("files"u8, result.Files, file =>
        {
            json.WriteString("path"u8, file.Path);
            json.WriteNumber("images"u8, file.Images);
            json.WriteNumber("annotations"u8, file.Annotations);
        });
        json.WriteNumber("left_over"u8, result.LeftOver);
        DatasetFileText.WriteSkipped(json, result.Skipped);
        json.WriteEndObject();
    }
}
