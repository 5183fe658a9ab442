using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset remap</c>: other classes for a dataset.</summary>
internal sealed class DatasetRemapCommand : ToolCommand
{
    private readonly Option<string> _annotations = DatasetOptions.Annotations();
    private readonly Option<string> _output = DatasetOptions.Output();

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "Rules for classes: OLD=NEW renames or joins, OLD=ID:NEW also sets an id, OLD= drops; * means all others. "
            + "Separate rules by commas or line breaks.",
        HelpName = "OLD=NEW,...",
    };

    private readonly Option<bool> _contiguous = new("--contiguous")
    {
        Description = "Renumber ids as 1, 2, 3 and so on, in the file's order.",
    };

    private readonly Option<bool> _clearCrowd = new("--clear-crowd")
    {
        Description = "Turn crowds into ordinary objects (iscrowd 0): tools that draw masks with a brush write 1 for all.",
    };

    private readonly Option<bool> _strict = DatasetOptions.Strict();

    /// <param name="console">Where the classes are listed.</param>
    public DatasetRemapCommand(ToolConsole console)
        : base(
            console,
            "remap",
            "Rename, join, drop and renumber the classes of a dataset.",
            "panoptes dataset remap --annotations instances.json --output new.json --classes person=1:human,car=vehicle,truck=vehicle,dog=",
            "panoptes dataset remap --annotations instances.json --output one.json --classes '*=1:object'",
            "panoptes dataset remap --annotations instances.json --output new.json --classes \"$(cat classes.txt)\" --contiguous")
    {
        AddOptions(_annotations, _output, _classes, _contiguous, _clearCrowd, _strict);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClassRule> rules = ClassRule.ParseAll(arguments.GetValue(_classes) ?? "");
        bool contiguous = arguments.GetValue(_contiguous);
        bool clearCrowd = arguments.GetValue(_clearCrowd);
        if (rules.Count == 0 && !contiguous && !clearCrowd)
        {
            throw InputException.ForSetting(null, "--classes, --contiguous or --clear-crowd is needed: what is to change");
        }

        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        RemapResult result = DatasetRemap.Write(
            arguments.GetRequiredValue(_annotations),
            output,
            rules,
            contiguous,
            clearCrowd,
            arguments.GetValue(_strict),
            cancellationToken);
        foreach (SkippedElements skipped in result.File.Skipped) Console.Warn($"{skipped}");
        if (result.ClearedCrowds > 0) Console.Say($"iscrowd set to 0 for {result.ClearedCrowds} crowds");
        if (result.RepeatedStuff > 0)
        {
            Console.Warn(
                $"{result.RepeatedStuff} images have several segments of a stuff class now; "
                + "joining them needs new PNGs, which remap does not draw");
        }

        WriteResult(arguments, json => DatasetFileText.Write(json, result.File, more => WriteClasses(more, result)), () =>
        {
            Console.Output.WriteLine(DatasetFileText.Line(result.File));
            foreach (RemappedClass entry in result.Classes)
            {
                string from = entry.From.Count == 1 && entry.From[0] == entry.Name ? "" : $"  from {string.Join(", ", entry.From)}";
                Console.Output.WriteLine($"{entry.Id,6}  {entry.Name}{from}");
            }
        });
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteClasses(Utf8JsonWriter json, RemapResult result)
    {
        json.WriteObjects("classes"u8, result.Classes, entry =>
        {
            json.WriteNumber("id"u8, entry.Id);
            json.WriteString("name"u8, entry.Name);
            json.WriteStrings("from"u8, entry.From);
        });
        json.WriteNumber("images_with_repeated_stuff"u8, result.RepeatedStuff);
        json.WriteNumber("cleared_crowds"u8, result.ClearedCrowds);
    }
}
