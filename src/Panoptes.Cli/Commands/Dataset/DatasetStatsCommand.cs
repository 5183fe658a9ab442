using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Datasets.Statistics;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary><c>panoptes dataset stats</c>: what a dataset holds, in tables and on a page.</summary>
internal sealed class DatasetStatsCommand : ToolCommand
{
    private static readonly StatisticsOptions s_defaults = new();

    private readonly Option<string> _annotations = DatasetOptions.Annotations();

    private readonly Option<string?> _panopticFolder = new("--panoptic-folder")
    {
        Description = "The folder of a panoptic dataset's PNGs: pixels, and void, are then counted.",
        HelpName = "DIR",
    };

    private readonly Option<int> _shortSide = new("--short-side")
    {
        Description = "Images' short side in training (input.short_side): objects' pyramid levels depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.ShortSide,
    };

    private readonly Option<int> _longSide = new("--long-side")
    {
        Description = "Limit of their long side in training (input.long_side).",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.LongSide,
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write a page with histograms and tables: one self-contained file.",
        HelpName = "FILE.html",
    };

    private readonly LimitOptions _limits = new();

    /// <param name="console">Where the tables go.</param>
    public DatasetStatsCommand(ToolConsole console)
        : base(
            console,
            "stats",
            "Count what a dataset holds: classes, sizes, shapes, places, what occurs together.",
            "panoptes dataset stats --annotations instances_train2017.json",
            "panoptes dataset stats --annotations instances_train2017.json --report stats.html",
            "panoptes dataset stats --annotations panoptic_val2017.json --panoptic-folder panoptic_val2017 --json")
    {
        AddOptions(_annotations, _panopticFolder, _shortSide, _longSide, _report, _limits.MaxPixels, _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string annotations = arguments.GetRequiredValue(_annotations);
        StatisticsOptions options = new()
        {
            PanopticFolder = InputFolder.Of(arguments, _panopticFolder),
            ShortSide = InputNumber.AtLeastOne(arguments, _shortSide),
            LongSide = InputNumber.AtLeastOne(arguments, _longSide),
            Limits = _limits.Of(arguments),
        };
        string? report = OutputFile.Of(arguments, _report);
        DatasetStatistics statistics = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(DatasetStatistics.Load(
            annotations, options, new ImageProgress("count", progress), cancellationToken))).ConfigureAwait(false);

        foreach (string warning in statistics.Warnings) Console.Warn(warning);
        cancellationToken.ThrowIfCancellationRequested();
        if (report is not null) statistics.WritePage(report, Path.GetFileName(annotations));
        WriteResult(arguments, json => statistics.Write(json), () =>
        {
            StatisticsText.Write(Console.Output, statistics);
            if (report is not null) Console.Output.WriteLine($"\nreport  {report}");
        });
        return ExitCode.Done;
    }
}
