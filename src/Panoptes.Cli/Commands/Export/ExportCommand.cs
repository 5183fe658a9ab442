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
        Description = "How weights are stored: fp32, or fp16 for half the file; both compute in 32 bits. int8 computes "
            + "in 8 bits, and needs --calibrate.",
        DefaultValueFactory = _ => "fp32",
    }.AcceptOnlyFromAmong("fp32", "fp16", "int8");

    private readonly Int8Arguments _int8 = new();

    /// <param name="console">Where the result is told.</param>
    public ExportCommand(ToolConsole console)
        : base(
            console,
            "export",
            "Write a model as an ONNX file, which runs without libtorch, and compare both.",
            "panoptes export --model runs/mine/best.safetensors --output mine.onnx",
            "panoptes export --model person --precision fp16 --output person.onnx",
            "panoptes export --model person --precision int8 --calibrate photos --output person.onnx",
            "panoptes export --model runs/mine/best.safetensors --precision int8 --calibrate val2017 --annotations instances_val2017.json "
            + "--output mine.onnx",
            "panoptes predict --model mine.onnx photos --output found")
    {
        AddOptions(_model, _output, _precision);
        AddOptions(_int8.All);
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
            throw InputException.ForSetting("--output", $"'{output}' must end in .onnx, so that commands know how to run it");
        }

        string precision = arguments.GetRequiredValue(_precision);
        Int8Options? int8 = await ReadAsync(() => _int8.Read(arguments, precision == "int8"), cancellationToken).ConfigureAwait(false);
        using TorchNetwork network = await ReadAsync(
            () => Models.LoadTorch(model, Device.Cpu, Precision.Fp32), cancellationToken).ConfigureAwait(false);
        Int8Result? quantized = int8 is null ? null : await ProgressDisplay.RunAsync(
            Console,
            progress => Task.FromResult(Int8Export.Write(output, network, int8, new StageProgress(progress), cancellationToken)))
            .ConfigureAwait(false);
        double? difference = quantized?.Difference
            ?? Write(output, network, precision == "fp16" ? ExportPrecision.Fp16 : ExportPrecision.Fp32, cancellationToken);
        ExportReport report = new(Path.GetFullPath(output), new FileInfo(output).Length, OnnxExport.OperatorSet, difference, quantized);
        WriteResult(
            arguments,
            json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ExportReport),
            () =>
            {
                string size = $"{report.Bytes / MiB:0.0} MiB";
                Console.Output.WriteLine($"{report.Output}: {size}, operators of ONNX's version {report.OperatorSet}");
                if (difference is { } found)
                {
                    string what = quantized is null ? "outputs differ" : "outputs of the export in float differ";
                    Console.Output.WriteLine($"compared with libtorch: {what} by {found:0.0e+0} at most");
                }

                if (quantized is not null) WriteText(quantized);
            });
        return ExitCode.Done;
    }

    private void WriteText(Int8Result result)
    {
        string figures = $"{result.Measure} {result.Float:0.000} in float, {result.Int8:0.000} in 8 bits";
        Console.Output.WriteLine($"compared with float: {figures} ({result.Images} images)");
        Console.Output.WriteLine(
            $"time of the network: {result.FloatMilliseconds:0} ms an image in float, {result.Int8Milliseconds:0} ms in 8 bits");
        string kept = result.KeptFloat.Count == 0 ? "none" : string.Join(", ", result.KeptFloat);
        Console.Output.WriteLine($"kept in float: {kept} of {result.Layers} layers; the output layers always are");
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
