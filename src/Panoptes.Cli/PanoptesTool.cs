using System.CommandLine;
using Panoptes.Cli.Commands.Bench;
using Panoptes.Cli.Commands.Codec;
using Panoptes.Cli.Commands.Completion;
using Panoptes.Cli.Commands.Config;
using Panoptes.Cli.Commands.Dataset;
using Panoptes.Cli.Commands.Demo;
using Panoptes.Cli.Commands.Doctor;
using Panoptes.Cli.Commands.Eval;
using Panoptes.Cli.Commands.Export;
using Panoptes.Cli.Commands.Import;
using Panoptes.Cli.Commands.Model;
using Panoptes.Cli.Commands.Predict;
using Panoptes.Cli.Commands.Pretrain;
using Panoptes.Cli.Commands.Score;
using Panoptes.Cli.Commands.Serve;
using Panoptes.Cli.Commands.Train;
using Panoptes.Cli.Commands.Watch;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli;

/// <summary>The tool: its commands, and the one place where failures become messages and exit codes.</summary>
internal static class PanoptesTool
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">What follows the tool's name.</param>
    /// <param name="console">Where the command writes.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C: commands save and stop.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, ToolConsole console, CancellationToken cancellationToken)
    {
        try
        {
            // No response files (@name is a file name here) and no bundled one-letter options.
            ParserConfiguration syntax = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
            if (SuggestDirective.TryParse(arguments, out SuggestDirective? suggest))
            {
                suggest.Write(line => CreateCommands(console, line.Split(' ', 2)[0]).Parse(line, syntax), console.Output);
                console.Flush();
                return ExitCode.Done;
            }

            ParseResult parsed = CreateCommands(console, arguments is [string word, ..] ? word : null).Parse(arguments, syntax);
            CommandLineCheck.ThrowIfWrong(parsed, arguments);
            int code = await parsed.InvokeAsync(Invocation(console), cancellationToken).ConfigureAwait(false);
            console.Flush();
            return code;
        }
#pragma warning disable CA1031 // This is the boundary: whatever went wrong becomes a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            bool verbose = arguments.TakeWhile(a => a != "--").Contains(CommonOptions.Verbose);
            return Failure.Report(exception, console.Error, verbose, cancellationToken);
        }
    }

    /// <summary>The whole command line, or the part of it that a first word asks for.</summary>
    /// <param name="console">Where the commands write.</param>
    /// <param name="word">
    /// The first word that was typed. A command does not wait until the options of all others are made; they are made where the word
    /// names none: for the help, and for the nearest name.
    /// </param>
    internal static CommandGroup CreateCommands(ToolConsole console, string? word)
    {
        OrderedDictionary<string, Func<Command>> commands = new()
        {
            ["demo"] = () => new DemoCommand(console),
            ["train"] = () => new TrainCommand(console),
            ["eval"] = () => new EvalCommand(console),
            ["predict"] = () => new PredictCommand(console),
            ["export"] = () => new ExportCommand(console),
            ["import"] = () => new ImportCommand(console),
            ["pretrain"] = () => new PretrainCommand(console),
            ["score"] = () => new CommandGroup(
                console,
                "score",
                "Measure results against ground truth.",
                new ScoreInstancesCommand(console),
                new ScorePanopticCommand(console),
                new ScoreTracksCommand(console)),
            ["dataset"] = () => new CommandGroup(
                console,
                "dataset",
                "Work on datasets.",
                new DatasetStatsCommand(console),
                new DatasetViewCommand(console),
                new DatasetCheckCommand(console),
                new DatasetSplitCommand(console),
                new DatasetSubsetCommand(console),
                new DatasetMergeCommand(console),
                new DatasetRemapCommand(console),
                new DatasetConvertCommand(console)),
            ["codec"] = () => new CommandGroup(
                console,
                "codec",
                "Turn masks into a few numbers, as MEInst does.",
                new CodecFitCommand(console),
                new CodecReportCommand(console)),
            ["model"] = () => new CommandGroup(
                console,
                "model",
                "Look at models and at the configurations that make them.",
                new ModelInfoCommand(console),
                new ModelPackCommand(console),
                new ModelListCommand(console)),
            ["config"] = () => new CommandGroup(
                console,
                "config",
                "Look at configurations.",
                new ConfigShowCommand(console),
                new ConfigSchemaCommand(console)),
            ["serve"] = () => new ServeCommand(console),
            ["watch"] = () => new WatchCommand(console),
            ["bench"] = () => new BenchCommand(console),
            ["doctor"] = () => new DoctorCommand(console),
            ["completion"] = () => new CompletionCommand(console),
        };
        bool isNamed = commands.TryGetValue(word ?? "", out Func<Command>? named);
        CommandGroup root = new(
            console,
            "panoptes",
            "Finds every object in an image and cuts it out: trains, evaluates and runs instance segmentation models.",
            isNamed ? [named!()] : [.. commands.Values.Select(create => create())]);
        VersionAction version = new($"panoptes {ToolVersion.Text}");
        root.Add(new Option<bool>("--version") { Description = "Print the version.", Action = version });
        root.Add(new Option<bool>(CommonOptions.Verbose) { Description = "Print the stack trace of a failure.", Recursive = true });
        return root;
    }

    private static InvocationConfiguration Invocation(ToolConsole console) => new()
    {
        Output = console.Output,
        Error = console.Error,
        EnableDefaultExceptionHandler = false,
        // Program.cs handles Ctrl-C: saving a checkpoint may take longer than any timeout.
        ProcessTerminationTimeout = null,
    };
}
