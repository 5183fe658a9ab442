using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Codecs;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Inference.MEInst;

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
        Description = "Write a page with the curve next to the paper's Figure 5, and masks before and after.",
        HelpName = "FILE.html",
    };

    private readonly Option<string[]> _compare = new("--compare")
    {
        Description = "Other codecs, of either kind, to measure on the same masks and show in the same plot; may be repeated.",
        HelpName = "CODEC.safetensors",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _ap = new("--ap")
    {
        Description = "Score the decoded masks in their ground-truth boxes: the segm AP that no network with this codec can exceed.",
    };

    /// <param name="console">Where the figures go.</param>
    public CodecReportCommand(ToolConsole console)
        : base(
            console,
            "report",
            "Measure how well masks survive encoding, by the number of components.",
            "panoptes codec report --codec codec.safetensors --annotations instances_val2017.json",
            "panoptes codec report --codec codec.safetensors --annotations instances_val2017.json --report codec.html",
            "panoptes codec report --codec pca.safetensors --compare auto.safetensors --annotations instances_val2017.json")
    {
        AddOptions(_codec, _annotations, _compare, _ap, _report);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string? page = OutputFile.Of(arguments, _report);
        MaskCodec codec = CodecFile.Load(arguments.GetRequiredValue(_codec));
        (string Path, MaskCodec Codec)[] others = [.. arguments.GetRequiredValue(_compare).Select(path => (path, CodecFile.Load(path)))];
        foreach ((string path, MaskCodec other) in others)
        {
            if (other.Size != codec.Size)
            {
                throw InputException.ForSetting(
                    "--compare",
                    $"{path} is for masks of {other.Size}x{other.Size}, and --codec for {codec.Size}x{codec.Size}");
            }
        }

        string annotations = arguments.GetRequiredValue(_annotations);
        MaskSet masks = await ReadAsync(() => MaskSet.Load(annotations, codec.Size), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<CodecCurvePoint> curve = Measure(codec, masks, cancellationToken);
        ComparedCodec[] compared = [.. others.Select(
            o => new ComparedCodec(o.Path, o.Codec, CodecCurve.Measure(o.Codec, masks, cancellationToken)))];
        ApResult? limit = arguments.GetValue(_ap)
            ? CodecCurve.Limit(
                codec,
                await ReadAsync(() => InstanceDataset.Load(annotations), cancellationToken).ConfigureAwait(false),
                cancellationToken: cancellationToken)
            : null;
        if (page is not null) CodecReport.WritePage(page, codec, masks, curve, compared);
        WriteResult(
            arguments,
            json => CodecReport.Write(json, codec, masks, curve, compared, writer => WriteMore(writer, limit, page)),
            () => WriteText(codec, masks, curve, compared, limit, page));
        return ExitCode.Done;
    }

    private static IReadOnlyList<CodecCurvePoint> Measure(MaskCodec codec, MaskSet masks, CancellationToken cancellationToken)
    {
        if (codec is not PcaCodec pca)
        {
            return [CodecCurve.Measure(codec, masks, cancellationToken)];
        }

        int[] dimensions = [.. CodecCurve.UsualDimensions.Append(pca.Dimension).Where(d => d <= pca.MostComponents).Distinct().Order()];
        return CodecCurve.Measure(pca, masks, dimensions, cancellationToken);
    }

    private static void WriteMore(Utf8JsonWriter json, ApResult? limit, string? page)
    {
        if (limit is not null)
        {
            json.WriteStartObject("limit"u8);
            json.WriteNumber("AP"u8, limit.Ap);
            json.WriteNumber("AP50"u8, limit.Ap50);
            json.WriteNumber("AP75"u8, limit.Ap75);
            json.WriteEndObject();
        }

        if (page is not null) json.WriteString("report"u8, page);
    }

    private void WriteText(
        MaskCodec codec,
        MaskSet masks,
        IReadOnlyList<CodecCurvePoint> curve,
        IReadOnlyList<ComparedCodec> compared,
        ApResult? limit,
        string? page)
    {
        Console.Output.WriteLine($"{masks.Count} masks of {codec.Size}x{codec.Size}");
        Console.Output.WriteLine(" dim   mIoU  E_recon  IoU of a mask  lost variance");
        foreach (CodecCurvePoint point in curve)
        {
            WriteRow(point, point.Dimension == codec.Dimension ? "<- the codec's own" : "");
        }

        foreach (ComparedCodec other in compared)
        {
            WriteRow(other.Point, $"{(other.Codec is AutoencoderCodec ? "auto-encoder" : "components")}: {other.Path}");
        }

        if (limit is not null)
        {
            Console.Output.WriteLine(
                $"\nlimit of {codec.Dimension} numbers: segm AP {limit.Ap:0.000}, AP50 {limit.Ap50:0.000}, AP75 {limit.Ap75:0.000}");
        }

        if (page is not null) Console.Output.WriteLine($"\nreport {page}");
    }

    private void WriteRow(CodecCurvePoint point, string note) => Console.Output.WriteLine(
        ($"{point.Dimension,4}  {point.MeanIoU:0.000}  {point.ReconstructionError,7:0.0000}  "
            + $"{point.MaskIoU,13:0.000}  {point.LostVariance,13:0.000}  {note}").TrimEnd());
}
