using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Model;

/// <summary><c>panoptes model pack</c>: a small file of a trained model, to share.</summary>
internal sealed class ModelPackCommand : ToolCommand
{
    private const double MiB = 1 << 20;

    private readonly Argument<string> _model = new("MODEL") { Description = "A model that 'panoptes train' wrote (*.safetensors), or the name of a shipped one." };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write (*.safetensors).",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _weights = new Option<string>("--weights")
    {
        Description = "How weights are stored: int8 takes a quarter of fp32, fp16 half. Computation uses fp32.",
        HelpName = "int8|fp16|fp32",
        DefaultValueFactory = _ => "int8",
    }.AcceptOnlyFromAmong("int8", "fp16", "fp32");

    private readonly Option<string?> _description = new("--description")
    {
        Description = "A line for the model card: what the model detects, and how well.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _licence = new("--data-licence")
    {
        Description = "The licence of the training data, and whom to credit.",
        HelpName = "TEXT",
    };

    /// <param name="console">Where the result is told.</param>
    public ModelPackCommand(ToolConsole console)
        : base(
            console,
            "pack",
            "Make a small file of a trained model, to hand on: 8-bit weights, and a card that says what it is.",
            "panoptes model pack runs/mine/best.safetensors --output mine.safetensors",
            "panoptes model pack runs/mine/best.safetensors --weights fp16 --description 'Screws on a belt, AP 0.61' "
            + "--output mine.safetensors")
    {
        Arguments.Add(_model);
        AddOptions(_output, _weights, _description, _licence);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string model = Models.PathOf(arguments.GetRequiredValue(_model));
        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        OutputGuard.ThrowIfSame(output, model);
        PackedWeights weights = Enum.Parse<PackedWeights>(arguments.GetRequiredValue(_weights), ignoreCase: true);
        string? description = arguments.GetValue(_description);
        string? licence = arguments.GetValue(_licence);
        await ReadAsync(
            () =>
            {
                ModelPacker.Pack(model, output, weights, card => card with
                {
                    Description = description ?? card.Description,
                    DataLicence = licence ?? card.DataLicence,
                });
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        ModelPackReport report = new(Path.GetFullPath(output), new FileInfo(model).Length, new FileInfo(output).Length);
        WriteResult(
            arguments,
            json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ModelPackReport),
            () => Console.Output.WriteLine($"{report.Output}  {report.Bytes / MiB:0.0} MiB instead of {report.BytesBefore / MiB:0.0}"));
        return ExitCode.Done;
    }
}
