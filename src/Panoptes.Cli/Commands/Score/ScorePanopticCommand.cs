using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Reports;

namespace Panoptes.Cli.Commands.Score;

/// <summary><c>panoptes score panoptic</c>: panoptic quality, equal to panopticapi's.</summary>
internal sealed class ScorePanopticCommand : ToolCommand
{
    private readonly Option<string> _groundTruth = new("--gt")
    {
        Description = "Ground truth: a COCO panoptic JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _groundTruthFolder = new("--gt-folder")
    {
        Description = "The folder of its PNGs.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string> _predictions = new("--dt")
    {
        Description = "Predictions: a panoptic results JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _predictionsFolder = new("--dt-folder")
    {
        Description = "The folder of its PNGs.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly ReportOptions _more = new();
    private readonly Option<bool> _perClass = CommonOptions.PerClass();

    /// <param name="console">Where the figures go.</param>
    public ScorePanopticCommand(ToolConsole console)
        : base(
            console,
            "panoptic",
            "Measure panoptic quality and mean IoU of panoptic results.",
            "panoptes score panoptic --gt panoptic_val2017.json --gt-folder panoptic_val2017 --dt results.json --dt-folder results",
            "panoptes score panoptic --gt panoptic_val2017.json --gt-folder panoptic_val2017 --dt results.json --dt-folder results "
                + "--report errors.html",
            "panoptes score panoptic --gt panoptic_val2017.json --gt-folder panoptic_val2017 --dt results.json --dt-folder results --json")
    {
        AddOptions(
            _groundTruth, _groundTruthFolder, _predictions, _predictionsFolder,
            _more.Report, _more.Images, _more.AllowOutside, _more.Limits.MaxPixels, _more.Limits.MaxSide,
            _more.Against, _more.AgainstFolder, _more.Samples, _more.Seed, _perClass);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string groundTruthFolder = InputFolder.Require("--gt-folder", arguments.GetRequiredValue(_groundTruthFolder));
        string predictionsFolder = InputFolder.Require("--dt-folder", arguments.GetRequiredValue(_predictionsFolder));
        string predictions = arguments.GetRequiredValue(_predictions);
        InputLimits limits = _more.Limits.Of(arguments);
        string? page = _more.PageOf(arguments);
        string? images = _more.ImagesOf(arguments);
        string? baseline = arguments.GetValue(_more.Against);
        string? baselineFolder = BaselineFolder(arguments, baseline);
        BootstrapOptions bootstrap = _more.BootstrapOf(arguments);
        _more.RefuseUnused(arguments, page, baseline);
        PanopticMatching matching = await MatchAsync("compare", predictions, predictionsFolder).ConfigureAwait(false);
        PqResult result = matching.ToResult();
        PanopticAnalysis? analysis = page is null ? null : new PanopticAnalysis(matching);
        ResultComparison? comparison = baseline is null ? null : PqComparison.Run(
            matching,
            await MatchAsync("compare the others", baseline, baselineFolder!).ConfigureAwait(false),
            bootstrap,
            cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (page is not null) AnalysisReport.WritePage(page, analysis!, _more.PageOptionsOf(arguments, predictions, images, comparison));
        foreach (string warning in result.Warnings) Console.Warn(warning);
        WriteResult(
            arguments,
            json => result.Write(json, writer => ReportOutput.Write(
                writer, analysis is null ? null : to => AnalysisReport.Write(to, analysis), comparison, page)),
            () =>
            {
                PqText.Write(Console.Output, result, arguments.GetValue(_perClass));
                ReportOutput.Write(Console.Output, comparison, page);
            });
        return ExitCode.Done;

        Task<PanopticMatching> MatchAsync(string stage, string file, string folder) =>
            ProgressDisplay.RunAsync(Console, progress => Task.FromResult(PanopticQuality.Match(
                arguments.GetRequiredValue(_groundTruth),
                groundTruthFolder,
                file,
                folder,
                new ImageProgress(stage, progress),
                limits,
                cancellationToken)));
    }

    private string? BaselineFolder(ParseResult arguments, string? baseline)
    {
        string? folder = arguments.GetValue(_more.AgainstFolder);
        if (baseline is null != folder is null)
        {
            throw InputException.ForSetting(
                null,
                "--against and --against-folder belong together: panoptic results are a JSON and a folder of PNGs.");
        }

        return folder is null ? null : InputFolder.Require("--against-folder", folder);
    }
}
