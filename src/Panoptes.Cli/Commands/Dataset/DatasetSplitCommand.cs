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
        Description = "The parts with their shares of the images (0.8) or their numbers of images (200).",
        HelpName = "NAME=SIZE,...",
        DefaultValueFactory = _ => "train=0.8,val=0.2",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for NAME.json of each part.",
        HelpName = "DIR",
        Required = true,
    };

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
        AddOptions(_annotations, _parts, _output, _seed);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<SplitPart> parts = SplitPart.ParseAll(arguments.GetRequiredValue(_parts));
        IReadOnlyList<SplitFile> files = DatasetSplit.Write(
            arguments.GetRequiredValue(_annotations),
            parts,
            arguments.GetValue(_seed),
            OutputFolder.Create(arguments.GetRequiredValue(_output)),
            cancellationToken);
        WriteResult(arguments, json => WriteJson(json, files), () =>
        {
            foreach (SplitFile file in files)
            {
                Console.Output.WriteLine($"{file.Path}  {file.Images} images, {file.Annotations} annotations");
            }
        });
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<SplitFile> files)
    {
        json.WriteStartObject();
        json.WriteObjects("files"u8, files, file =>
        {
            json.WriteString("path"u8, file.Path);
            json.WriteNumber("images"u8, file.Images);
            json.WriteNumber("annotations"u8, file.Annotations);
        });
        json.WriteEndObject();
    }
}
