using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Evaluation;

namespace Panoptes.Cli.Commands.Score;

/// <summary><c>panoptes score panoptic</c>: panoptic quality, equal to panopticapi's.</summary>
internal sealed class ScorePanopticCommand : ToolCommand
{
    private readonly Option<string> _truth = new("--gt")
    {
        Description = "Ground truth: a COCO panoptic JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _truthFolder = new("--gt-folder")
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

    private readonly Option<bool> _perClass = CommonOptions.PerClass();
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the figures go.</param>
    public ScorePanopticCommand(ToolConsole console)
        : base(
            console,
            "panoptic",
            "Measure panoptic quality and mean IoU of panoptic results.",
            "panoptes score panoptic --gt panoptic_val2017.json --gt-folder panoptic_val2017 --dt results.json --dt-folder results",
            "panoptes score panoptic --gt panoptic_val2017.json --gt-folder panoptic_val2017 --dt results.json --dt-folder results --json")
    {
        foreach (Option option in new Option[] { _truth, _truthFolder, _predictions, _predictionsFolder, _perClass, _json })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string truthFolder = InputFolder.Require("--gt-folder", arguments.GetRequiredValue(_truthFolder));
        string predictionsFolder = InputFolder.Require("--dt-folder", arguments.GetRequiredValue(_predictionsFolder));
        PqResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(PanopticQuality.Score(
            arguments.GetRequiredValue(_truth),
            truthFolder,
            arguments.GetRequiredValue(_predictions),
            predictionsFolder,
            new PictureProgress("compare", progress),
            cancellationToken))).ConfigureAwait(false);

        foreach (string warning in result.Warnings) Console.Error.WriteLine($"warning: {warning}");
        if (arguments.GetValue(_json))
        {
            JsonOutput.WriteLine(Console.Output, json => PqReport.Write(json, result));
        }
        else
        {
            PqText.Write(Console.Output, result, arguments.GetValue(_perClass));
        }

        return ExitCode.Done;
    }
}
