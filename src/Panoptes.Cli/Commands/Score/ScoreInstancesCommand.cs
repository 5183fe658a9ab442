using System.CommandLine;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Evaluation;

namespace Panoptes.Cli.Commands.Score;

/// <summary><c>panoptes score instances</c>: COCO's AP of a results file, equal to pycocotools' to the last digit.</summary>
internal sealed class ScoreInstancesCommand : ToolCommand
{
    private readonly Option<string> _truth = new("--gt")
    {
        Description = "Ground truth: a COCO instance JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _detections = new("--dt")
    {
        Description = "Detections: a COCO results JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _iou = new Option<string>("--iou")
    {
        Description = "Compare masks, boxes, or masks and their boundaries (Boundary IoU).",
        DefaultValueFactory = _ => "segm",
    }.AcceptOnlyFromAmong("segm", "bbox", "boundary");

    private readonly Option<string> _area = new Option<string>("--area")
    {
        Description = "What a detection's size class (small, medium, large) is told by: its box, as pycocotools does, or its mask.",
        DefaultValueFactory = _ => "box",
    }.AcceptOnlyFromAmong("box", "mask");

    private readonly Option<string> _rules = new Option<string>("--rules")
    {
        Description = "Whose rules: COCO's, or LVIS's (pictures say which classes were looked for; AP of rare, common and frequent classes).",
        DefaultValueFactory = _ => "coco",
    }.AcceptOnlyFromAmong("coco", "lvis");

    private readonly Option<bool> _perClass = CommonOptions.PerClass();
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the figures go.</param>
    public ScoreInstancesCommand(ToolConsole console)
        : base(
            console,
            "instances",
            "Measure COCO's average precision and recall of a results file.",
            "panoptes score instances --gt instances_val2017.json --dt results.json --iou segm",
            "panoptes score instances --gt instances_val2017.json --dt results.json --iou bbox --per-class",
            "panoptes score instances --gt instances_val2017.json --dt results.json --json")
    {
        foreach (Option option in new Option[] { _truth, _detections, _iou, _area, _rules, _perClass, _json }) Options.Add(option);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ApOptions options = (arguments.GetValue(_rules) == "lvis" ? ApOptions.Lvis : new ApOptions()) with
        {
            IouType = arguments.GetValue(_iou) switch { "bbox" => IouType.Bbox, "boundary" => IouType.Boundary, _ => IouType.Segm },
            DetectionArea = arguments.GetValue(_area) == "mask" ? DetectionArea.Mask : DetectionArea.Box,
        };
        ApResult result = AveragePrecision.Score(arguments.GetRequiredValue(_truth), arguments.GetRequiredValue(_detections), options);

        foreach (string warning in result.Warnings) Console.Error.WriteLine($"warning: {warning}");
        if (arguments.GetValue(_json))
        {
            JsonOutput.WriteLine(Console.Output, json => ApReport.Write(json, result));
        }
        else
        {
            ApText.Write(Console.Output, result, arguments.GetValue(_perClass));
        }

        return Task.FromResult(ExitCode.Done);
    }
}
