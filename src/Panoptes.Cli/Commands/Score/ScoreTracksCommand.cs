using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Tracking;

namespace Panoptes.Cli.Commands.Score;

/// <summary><c>panoptes score tracks</c>: HOTA, IDF1 and MOTA, equal to TrackEval's.</summary>
internal sealed class ScoreTracksCommand : ToolCommand
{
    private readonly Option<string> _groundTruth = new("--gt")
    {
        Description = "Ground truth: a JSON of tracks (COCO's, with videos and track ids).",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _predictions = new("--dt")
    {
        Description = "Predicted tracks: a JSON such as 'panoptes predict' writes.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _iou = new("--iou")
    {
        Description = "Compare masks (segm) or boxes (bbox).",
        HelpName = "TYPE",
        DefaultValueFactory = _ => "segm",
    };

    private readonly LimitOptions _limits = new();
    private readonly Option<bool> _perClass = CommonOptions.PerClass();

    /// <param name="console">Where the figures go.</param>
    public ScoreTracksCommand(ToolConsole console)
        : base(
            console,
            "tracks",
            "Measure how well objects were tracked through videos: HOTA, IDF1 and MOTA.",
            "panoptes score tracks --gt annotations.json --dt found/tracks.json",
            "panoptes score tracks --gt annotations.json --dt found/tracks.json --iou bbox --per-class --json")
    {
        _iou.CompletionSources.Add("segm", "bbox");
        AddOptions(_groundTruth, _predictions, _iou, _limits.MaxPixels, _limits.MaxSide, _perClass);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IouType iou = arguments.GetRequiredValue(_iou) switch
        {
            "segm" => IouType.Segm,
            "bbox" => IouType.Bbox,
            string other => throw InputException.ForSetting("--iou", $"is '{other}'; allowed are segm and bbox"),
        };
        InputLimits limits = _limits.Of(arguments);
        TrackingResult result = await Unstoppable.RunAsync(
            () => TrackingQuality.Score(
                arguments.GetRequiredValue(_groundTruth), arguments.GetRequiredValue(_predictions), iou, limits, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        foreach (string warning in result.Warnings) Console.Warn(warning);
        WriteResult(arguments, result.Write, () => TrackingText.Write(Console.Output, result, arguments.GetValue(_perClass)));
        return ExitCode.Done;
    }
}
