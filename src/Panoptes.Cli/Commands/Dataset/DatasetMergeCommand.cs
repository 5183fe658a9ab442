using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset merge</c>: several datasets into one.</summary>
internal sealed class DatasetMergeCommand : ToolCommand
{
    private readonly Option<string[]> _annotations = new("--annotations")
    {
        Description = "The datasets: COCO JSONs of one kind, instances or panoptic. The first one stays unchanged.",
        HelpName = "FILE FILE ...",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _output = DatasetOptions.Output();

    private readonly Option<string?> _prefixFolders = new("--prefix-folders")
    {
        Description = "One folder per dataset, prepended to its file names: for different images with the same name.",
        HelpName = "DIR,DIR,...",
    };

    private readonly Option<bool> _joinImages = new("--join-images")
    {
        Description = "Treat a file name that is in two datasets as the same image, with the objects of both.",
    };

    /// <param name="console">Where the file is listed.</param>
    public DatasetMergeCommand(ToolConsole console)
        : base(
            console,
            "merge",
            "Merge datasets: classes are joined by name, conflicting ids renumbered.",
            "panoptes dataset merge --annotations first.json second.json --output both.json",
            "panoptes dataset merge --annotations a/labels.json b/labels.json --prefix-folders a,b --output both.json",
            "panoptes dataset merge --annotations cars.json people.json --join-images --output both.json")
    {
        AddOptions(_annotations, _output, _prefixFolders, _joinImages);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        MergeOptions options = new()
        {
            PrefixFolders = arguments.GetValue(_prefixFolders)?.Split(',', StringSplitOptions.TrimEntries),
            JoinImages = arguments.GetValue(_joinImages),
        };
        MergeResult result = DatasetMerge.Write(
            arguments.GetRequiredValue(_annotations),
            OutputFile.Prepare("--output", arguments.GetRequiredValue(_output)),
            options,
            cancellationToken);
        foreach (string warning in result.Warnings) Console.Warn(warning);
        WriteResult(
            arguments,
            json => DatasetFileText.Write(json, result.File, more => WriteIds(more, result)),
            () =>
            {
                Console.Output.WriteLine(DatasetFileText.Line(result.File));
                Console.Output.WriteLine(
                    $"new ids: {result.RenumberedImages} images, {result.RenumberedAnnotations} objects, "
                    + $"{result.RenumberedCategories} classes");
                if (options.JoinImages) Console.Output.WriteLine($"joined: {result.JoinedImages} images");
            });
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteIds(Utf8JsonWriter json, MergeResult result)
    {
        json.WriteStartObject("renumbered"u8);
        json.WriteNumber("images"u8, result.RenumberedImages);
        json.WriteNumber("annotations"u8, result.RenumberedAnnotations);
        json.WriteNumber("categories"u8, result.RenumberedCategories);
        json.WriteEndObject();
        json.WriteNumber("joined_images"u8, result.JoinedImages);
    }
}
