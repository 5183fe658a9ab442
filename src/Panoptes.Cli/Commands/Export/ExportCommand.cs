using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Export;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Export;

/// <summary><c>panoptes export</c>: a model as an ONNX file, which runs without libtorch.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly Option<string> _model = CommonOptions.Model();

    private readonly Option<string> _output = new("--output")
    {
        Description = "The ONNX file to write.",
        HelpName = "MODEL.onnx",
        Required = true,
    };

    /// <param name="console">Where the result is told.</param>
    public ExportCommand(ToolConsole console)
        : base(
            console,
            "export",
            "Write a model as an ONNX file, which runs without libtorch.",
            "panoptes export --model runs/mine/best.safetensors --output mine.onnx")
    {
        AddOptions(_model, _output);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        using TorchNetwork network = ModelFile.Load(arguments.GetRequiredValue(_model));
        OnnxExport.Write(output, network);
        return Task.FromResult(ExitCode.Done);
    }
}
