using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Masks.Codec;

namespace Panoptes.Cli.Commands.Codec;

/// <summary><c>panoptes codec report</c>: how well masks survive encoding, by the number of components.</summary>
internal sealed class CodecReportCommand : ToolCommand
{
    private readonly Option<string> _codec = new("--codec")
    {
        Description = "A codec that 'panoptes codec fit' wrote.",
        HelpName = "CODEC.safetensors",
        Required = true,
    };

    private readonly Option<string> _annotations = new("--annotations")
    {
        Description = "The masks to measure it on: a COCO instance JSON.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write a page with the curve beside the paper's Figure 5, and masks before and after.",
        HelpName = "FILE.html",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the figures go.</param>
    public CodecReportCommand(ToolConsole console)
        : base(
            console,
            "report",
            "Measure how well masks survive encoding, by the number of components.",
            "panoptes codec report --codec codec.safetensors --annotations instances_val2017.json",
            "panoptes codec report --codec codec.safetensors --annotations instances_val2017.json --report codec.html")
    {
        foreach (Option option in new Option[] { _codec, _annotations, _report, _json }) Options.Add(option);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string? page = arguments.GetValue(_report) is { } report ? OutputFile.Prepare("--report", report) : null;
        MaskCodec codec = CodecFile.Load(arguments.GetRequiredValue(_codec));
        MaskSet masks = MaskSet.Load(arguments.GetRequiredValue(_annotations), codec.Size);
        int[] dimensions = [.. CodecCurve.UsualDimensions.Append(codec.Dimension).Where(d => d <= codec.MostComponents).Distinct().Order()];
        IReadOnlyList<CodecCurvePoint> curve = CodecCurve.Measure(codec, masks, dimensions, cancellationToken);
        if (page is not null) CodecPage.Write(page, codec, masks, curve);
        if (arguments.GetValue(_json))
        {
            JsonOutput.WriteLine(Console.Output, json => CodecReport.Write(json, codec, masks, curve, writer =>
            {
                if (page is not null) writer.WriteString("report"u8, page);
            }));
            return Task.FromResult(ExitCode.Done);
        }

        Console.Output.WriteLine($"{masks.Count} masks of {codec.Size}x{codec.Size}");
        Console.Output.WriteLine(" dim   mIoU  E_recon  IoU of a mask  lost variance");
        foreach (CodecCurvePoint point in curve)
        {
            string own = point.Dimension == codec.Dimension ? "  <- the codec's own" : "";
            Console.Output.WriteLine(
                $"{point.Dimension,4}  {point.MeanIoU:0.000}  {point.ReconstructionError,7:0.0000}  {point.MaskIoU,13:0.000}  {point.LostVariance,13:0.000}{own}");
        }

        if (page is not null) Console.Output.WriteLine($"\nreport {page}");
        return Task.FromResult(ExitCode.Done);
    }
}
