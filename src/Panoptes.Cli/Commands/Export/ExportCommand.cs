using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Export;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Export;

/// <summary><c>panoptes export</c>: a model as an ONNX file, which runs without libtorch.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private const double MiB = 1 << 20;

    /// <summary>Both runtimes add up in another order; float32 loses no more by that.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>Weights of 16 bits are rounded by 5e-4 of themselves at most; layers add that up.</summary>
    private const double HalfTolerance = 0.05;

    private readonly Option<string> _model = CommonOptions.Model();

    private readonly Option<string> _output = new("--output")
    {
        Description = "The ONNX file to write.",
        HelpName = "MODEL.onnx",
        Required = true,
    };

    private readonly Option<string> _precision = new Option<string>("--precision")
    {
        Description = "How weights are stored: fp32, or fp16 for half the file. The network computes in 32 bits in either case.",
        DefaultValueFactory = _ => "fp32",
    }.AcceptOnlyFromAmong("fp32", "fp16");

    /// <param name="console">Where the result is told.</param>
    public ExportCommand(ToolConsole console)
        : base(
            console,
            "export",
            "Write a model as an ONNX file, which runs without libtorch, and compare both.",
            "panoptes export --model runs/mine/best.safetensors --output mine.onnx",
            "panoptes export --model person --precision fp16 --output person.onnx",
            "panoptes predict --model mine.onnx photos --output found")
    {
        AddOptions(_model, _output, _precision);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string model = Models.PathOf(arguments.GetRequiredValue(_model));
        if (Models.IsOnnx(model))
        {
            throw new InputException(
                InputErrorKind.Invalid, model, null, "this is an ONNX file already; give the *.safetensors it came from");
        }

        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        if (!Models.IsOnnx(output))
        {
            throw InputException.ForSetting("--output", $"'{output}' must end in .onnx, which tells commands how to run it");
        }

        using TorchNetwork network = await ReadAsync(
            () => Models.LoadTorch(model, Device.Cpu, Precision.Fp32), cancellationToken).ConfigureAwait(false);
        ExportPrecision precision = arguments.GetValue(_precision) == "fp16" ? ExportPrecision.Fp16 : ExportPrecision.Fp32;
        double? difference = Write(output, network, precision, cancellationToken);
        ExportReport report = new(Path.GetFullPath(output), new FileInfo(output).Length, OnnxExport.OperatorSet, difference);
        WriteResult(
            arguments,
            json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ExportReport),
            () =>
            {
                string size = $"{report.Bytes / MiB:0.0} MiB";
                Console.Output.WriteLine($"{report.Output}: {size}, operators of ONNX's version {report.OperatorSet}");
                if (difference is { } found) Console.Output.WriteLine($"compared with libtorch: outputs differ by {found:0.0e+0} at most");
            });
        return ExitCode.Done;
    }

    /// <summary>Writes the file under a temporary name and puts it there once it is compared.</summary>
    private double? Write(string output, TorchNetwork network, ExportPrecision precision, CancellationToken cancellationToken)
    {
        string draft = FileDraft.NameFor(output);
        try
        {
            OnnxExport.Write(draft, network, precision, cancellationToken);
            double? difference = Compare(draft, network, precision == ExportPrecision.Fp16 ? HalfTolerance : Tolerance);
            cancellationToken.ThrowIfCancellationRequested();
            FileDraft.Replace(draft, output);
            return difference;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private double? Compare(string path, TorchNetwork network, double tolerance)
    {
        try
        {
            using OnnxNetwork exported = OnnxNetwork.Load(path);
            double difference = OnnxExport.LargestDifference(network, exported, (1, 96, 64), (2, 128, 192));
            return difference <= tolerance ? difference : throw new InvalidOperationException(
                $"The exported network's outputs differ by {difference:0.0e+0} from the model's; nothing was written. Please report this.");
        }
        catch (DllNotFoundException error)
        {
            Console.Warn($"the file was not compared with the model: {error.Message}");
            return null;
        }
    }
}
