using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Eval;

/// <summary><c>panoptes eval merge</c>: one result of all shards.</summary>
internal sealed class EvalMergeCommand : ToolCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "The folder that all shards had as --output." };
    private readonly Option<bool> _perClass = CommonOptions.PerClass();

    /// <param name="console">Where the figures go.</param>
    public EvalMergeCommand(ToolConsole console)
        : base(
            console,
            "merge",
            "Merge the shards of an evaluation (eval --shard): the figures and files of one process.",
            "panoptes eval merge evaluated",
            "panoptes eval merge evaluated --json")
    {
        Arguments.Add(_folder);
        AddOptions(_perClass);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string folder = arguments.GetRequiredValue(_folder);
        InputFolder.Require("DIR", folder);
        EvalMerge merge = await ReadAsync(() => new EvalMerge(folder), cancellationToken).ConfigureAwait(false);
        EvaluationResult result = await ReadAsync(merge.Write, cancellationToken).ConfigureAwait(false);
        WriteResult(
            arguments,
            json => EvaluationOutput.Write(json, result),
            () => EvaluationOutput.WriteText(Console.Output, result, arguments.GetValue(_perClass)));
        merge.RemoveShards(); // last: whatever stops the merge before, it can be repeated
        return ExitCode.Done;
    }
}
