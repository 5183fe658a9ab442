using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Model;

/// <summary><c>panoptes model info</c>: what a model file is and needs, without loading its weights.</summary>
internal sealed class ModelInfoCommand : ToolCommand
{
    private const double MiB = 1 << 20;

    private readonly Argument<string> _model = new("MODEL")
    {
        Description = "A model (*.safetensors, *.onnx), or the name of one that comes with the tool (see 'panoptes model list').",
    };

    /// <param name="console">Where the description goes.</param>
    public ModelInfoCommand(ToolConsole console)
        : base(
            console,
            "info",
            "Print what a model file is: method, classes, input, decoding, size, licence of its data.",
            "panoptes model info runs/mine/best.safetensors",
            "panoptes model info runs/mine/best.safetensors --json")
    {
        Arguments.Add(_model);
        AddOptions();
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        (ModelInfoReport report, ModelCard? card) = await ReadAsync(
            () => ModelInfoReport.Read(Models.PathOf(arguments.GetRequiredValue(_model))), cancellationToken).ConfigureAwait(false);
        WriteResult(arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ModelInfoReport), () =>
        {
            foreach ((string name, string value) in Describe(report, card)) Console.Output.WriteLine($"{name,-14}{value}");
        });
        return ExitCode.Done;
    }

    private static IEnumerable<(string Name, string Value)> Describe(ModelInfoReport report, ModelCard? card)
    {
        string types = string.Join(", ", report.ValuesByType.Select(t => $"{t.Value:N0} {t.Key}"));
        string buffers = report.Buffers > 0 ? $", and {report.Buffers:N0} values of buffers" : "";
        yield return ("file", report.File);
        yield return ("size", $"{report.Bytes / MiB:0.0} MiB, {report.Tensors} tensors ({types})");
        yield return ("parameters", $"{report.Parameters:N0}{buffers}");
        if (card is null)
        {
            yield return ("card", "none: bare weights, such as a backbone to start from");
            yield break;
        }

        PreprocessingOptions input = card.Preprocessing;
        DetectionOptions detection = card.Detection;
        string sides = $"short side {input.ShortSide}, long side up to {input.LongSide}";
        string rule = $"score above {detection.ScoreThreshold}, NMS at IoU {detection.NmsIou}";
        if (card.Description.Length > 0) yield return ("description", card.Description);
        yield return ("method", card.Method.ToString());
        yield return ("classes", $"{card.Classes.Count}: {string.Join(", ", card.Classes.Select(c => c.Name))}");
        yield return ("input", $"{sides}, {input.ChannelOrder}, padded to {input.SizeDivisor}");
        yield return ("detection", $"{rule}, up to {detection.MaxDetections} objects");
        yield return ("masks", card.MethodOptions.Describe());
        yield return ("data licence", card.DataLicence.Length > 0 ? card.DataLicence : "not stated");
        yield return ("written by", $"Panoptes {card.PanoptesVersion}");
    }
}
