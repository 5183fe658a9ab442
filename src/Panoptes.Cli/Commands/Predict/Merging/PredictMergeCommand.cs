using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Commands.Predict.Merging;

/// <summary><c>panoptes predict merge</c>: one result of all shards.</summary>
internal sealed class PredictMergeCommand : ToolCommand
{
    private readonly Argument<string[]> _folders = new("DIR")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "The folder that all shards had as --output; or several, whose results are copied into --output first.",
    };

    private readonly Option<string?> _output = new("--output")
    {
        Description = "The folder of the merged results; without it the one DIR.",
        HelpName = "DIR",
    };

    /// <param name="console">Where the summary goes.</param>
    public PredictMergeCommand(ToolConsole console)
        : base(
            console,
            "merge",
            "Merge the shards of a prediction (predict --shard) into what one process would have written.",
            "panoptes predict merge found",
            "panoptes predict merge node1/found node2/found --output all")
    {
        Arguments.Add(_folders);
        AddOptions(_output);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] folders = [.. arguments.GetRequiredValue(_folders).Distinct(PathComparison.Comparer)];
        foreach (string part in folders) InputFolder.Require("DIR", part);
        string folder = arguments.GetValue(_output) ?? (folders.Length == 1
            ? folders[0]
            : throw InputException.ForSetting("--output", $"names the folder of the merged results; {folders.Length} folders are given"));
        if (folders.Length > 1 || !PathComparison.AreSame(folders[0], folder)) ShardGathering.Gather(folders, folder);
        using ShardMerge merge = await ReadAsync(() => ShardMerge.Open(folder), cancellationToken).ConfigureAwait(false);
        PredictMergeReport report = await ReadAsync(merge.Write, cancellationToken).ConfigureAwait(false);
        report = report with { Failed = [.. report.Failed.Select(Console.Fail)] };
        if (report.Removed > 0) Console.Say(PredictText.Removed(report.RemovedFiles));
        WriteResult(
            arguments,
            json => JsonSerializer.Serialize(json, report, JsonOutput.Default.PredictMergeReport),
            () =>
            {
                Console.Output.WriteLine($"{report.Shards} shards merged: {report.Images} images, {report.Instances} objects");
                PredictText.WriteFailed(Console.Output, report.Failed.Count);
                PredictText.WriteFiles(Console.Output, report.Kinds, report.Output, report.Panoptic, report.Predictions);
            });
        merge.RemoveShards(); // last: whatever stops the merge before, it can be repeated
        return report.Failed.Count == 0 ? ExitCode.Done : report.Images == 0 ? ExitCode.WrongInput : ExitCode.Failed;
    }
}
