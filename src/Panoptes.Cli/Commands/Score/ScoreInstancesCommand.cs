using System.CommandLine;
using System.Text;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Reports;

namespace Panoptes.Cli.Commands.Score;

/// <summary><c>panoptes score instances</c>: COCO's AP of a results file, equal to pycocotools' to the last digit.</summary>
internal sealed class ScoreInstancesCommand : ToolCommand
{
    private readonly Option<string> _groundTruth = new("--gt")
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
        Description = "What decides a detection's size class (small, medium, large): its box, as in pycocotools, or its mask.",
        DefaultValueFactory = _ => "box",
    }.AcceptOnlyFromAmong("box", "mask");

    private readonly Option<string> _rules = new Option<string>("--rules")
    {
        Description = "The rules: COCO's, or LVIS's (images list the classes that were looked for; "
            + "AP of rare, common and frequent classes).",
        DefaultValueFactory = _ => "coco",
    }.AcceptOnlyFromAmong("coco", "lvis");

    private readonly MeasureOptions _measure = new();
    private readonly ReportOptions _more = new();
    private readonly Option<bool> _perClass = CommonOptions.PerClass();

    /// <param name="console">Where the figures go.</param>
    public ScoreInstancesCommand(ToolConsole console)
        : base(
            console,
            "instances",
            "Measure COCO's average precision and recall of a results file.",
            "panoptes score instances --gt instances_val2017.json --dt results.json --iou segm",
            "panoptes score instances --gt instances_val2017.json --dt results.json --iou bbox --per-class",
            "panoptes score instances --gt instances_val2017.json --dt results.json --max-detections 300 --iou-thresholds 0.5,0.75 "
            + "--csv classes.csv",
            "panoptes score instances --gt instances_val2017.json --dt results.json --report errors.html --images val2017",
            "panoptes score instances --gt instances_val2017.json --dt new.json --against old.json",
            "panoptes score instances --gt instances_val2017.json --dt results.json --json")
    {
        AddOptions(
            _groundTruth, _detections, _iou, _area, _rules,
            _measure.MaxDetections, _measure.IouThresholds, _measure.AreaRanges, _measure.ClassAgnostic, _measure.Csv,
            _more.Report, _more.Images, _more.AllowOutside, _more.Limits.MaxPixels, _more.Limits.MaxSide,
            _more.Against, _more.Samples, _more.Seed, _perClass);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string groundTruth = arguments.GetRequiredValue(_groundTruth);
        string detections = arguments.GetRequiredValue(_detections);
        ApOptions options = (arguments.GetValue(_rules) == "lvis" ? ApOptions.Lvis : new ApOptions()) with
        {
            IouType = arguments.GetValue(_iou) switch { "bbox" => IouType.Bbox, "boundary" => IouType.Boundary, _ => IouType.Segm },
            DetectionArea = arguments.GetValue(_area) == "mask" ? DetectionArea.Mask : DetectionArea.Box,
        };
        options = _measure.Apply(arguments, options);
        string? csv = OutputFile.Of(arguments, _measure.Csv);
        string? page = _more.PageOf(arguments);
        string? images = _more.ImagesOf(arguments);
        string? baseline = arguments.GetValue(_more.Against);
        BootstrapOptions bootstrap = _more.BootstrapOf(arguments);
        _more.RefuseUnused(arguments, page, baseline);
        InputLimits limits = _more.Limits.Of(arguments);
        (ApResult result, Matching matching) = AveragePrecision.Match(groundTruth, detections, options, limits, cancellationToken);
        InstanceAnalysis? analysis = page is null ? null : new InstanceAnalysis(result, matching);
        ResultComparison? comparison = baseline is null ? null : await ProgressDisplay.RunAsync(
            Console,
            progress => Task.FromResult(ApComparison.Run(
                matching,
                AveragePrecision.Match(groundTruth, baseline, options, limits, cancellationToken).Matching,
                bootstrap,
                new ImageProgress("compare", progress),
                cancellationToken)))
            .ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (page is not null) AnalysisReport.WritePage(page, analysis!, _more.PageOptionsOf(arguments, detections, images, comparison));
        foreach (string warning in result.Warnings) Console.Warn(warning);
        if (csv is not null) AtomicFile.WriteAllBytes(csv, Encoding.UTF8.GetBytes(result.ToCsv()));
        WriteResult(
            arguments,
            json => result.Write(json, more: writer => ReportOutput.Write(
                writer, analysis is null ? null : to => AnalysisReport.Write(to, analysis), comparison, page)),
            () =>
            {
                ApText.Write(Console.Output, result, arguments.GetValue(_perClass));
                if (analysis is not null) ErrorText.Write(Console.Output, analysis);
                ReportOutput.Write(Console.Output, comparison, page);
            });
        return ExitCode.Done;
    }
}
