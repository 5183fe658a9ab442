using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Bench;

/// <summary><c>panoptes bench</c>: how long a prediction takes here, stage by stage, and how much memory.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _images = new("--images")
    {
        Description = "Predict the images of this folder, in turn, at the model's own size. Default: one synthetic image.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _size = new("--size")
    {
        Description = "The size of the synthetic image, which is not resized. Default: the size at which the model sees an image of 4:3.",
        HelpName = "HxW",
    };

    private readonly Option<int> _runs = new("--runs")
    {
        Description = "Number of predictions to time, after one warm-up.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<int?> _detections = new("--detections")
    {
        Description = "Decode the N best detections, whatever their scores, as in a crowded image. Default: the model's own threshold.",
        HelpName = "N",
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads that the network uses. Default: all cores.",
        HelpName = "N",
    };

    private readonly Option<string> _device = CommonOptions.ModelDevice();

    /// <param name="console">Where the figures go.</param>
    public BenchCommand(ToolConsole console)
        : base(
            console,
            "bench",
            "Time predictions of a model on this machine: image decoding, preprocessing, network, masks.",
            "panoptes bench --model person",
            "panoptes bench --model model.onnx --size 800x1088 --runs 20 --threads 4 --json",
            "panoptes bench --model runs/mine/best.safetensors --images photos --detections 100")
    {
        AddOptions(_model, _images, _size, _runs, _detections, _threads, _device);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        int runs = InputNumber.AtLeastOne(arguments, _runs);
        int? detections = InputNumber.AtLeastOne(arguments, _detections);
        int threads = InputNumber.AtLeastOne(arguments, _threads) ?? Environment.ProcessorCount;
        string? folder = arguments.GetValue(_images);
        string? sizeText = arguments.GetValue(_size);
        if (folder is not null && sizeText is not null)
        {
            throw InputException.ForSetting(null, "give --images or --size, not both: images are predicted at the model's own size");
        }

        if (detections > DetectionOptions.MostDetections)
        {
            throw InputException.ForSetting($"--detections {detections}", $"allowed is 1 to {DetectionOptions.MostDetections}");
        }

        ImageSize? asked = sizeText is null ? null : BenchImages.ParseSize(sizeText);
        IReadOnlyList<byte[]>? read = folder is null ? null : BenchImages.Read(folder, runs);
        string path = Models.PathOf(arguments.GetRequiredValue(_model));
        ModelDevice device = ModelDevice.Parse(path, arguments.GetRequiredValue(_device));
        using INetwork network = await ReadAsync(
            () => Models.Load(path, device with { Onnx = device.Onnx with { Threads = threads } }, Console.Warn),
            cancellationToken).ConfigureAwait(false);
        if (network is TorchNetwork) Torch.TorchRuntime.Threads = threads;

        PreprocessingOptions preprocessing = network.Card.Preprocessing;
        if (read is not { } files)
        {
            ImageSize size = asked ?? BenchImages.UsualSize(preprocessing);
            preprocessing = preprocessing with
            {
                ShortSide = Math.Min(size.Width, size.Height),
                LongSide = Math.Max(size.Width, size.Height),
            };
            files = [BenchImages.MakeUp(size)];
        }

        using Segmenter segmenter = new(network, new SegmenterOptions
        {
            Preprocessing = preprocessing,
            Detection = detections is { } count
                ? network.Card.Detection with { ScoreThreshold = 0, MaxDetections = count, NmsIou = 1 }
                : null,
        });
        List<StageTimes> times = [];
        await ProgressDisplay.RunAsync(
            Console,
            progress => Task.Run(
                () =>
                {
                    // The first prediction compiles, takes memory and starts threads.
                    StageTimes.Measure(segmenter, files[0], cancellationToken);
                    ImageProgress told = new("predict", progress);
                    for (int run = 0; run < runs; run++)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        times.Add(StageTimes.Measure(segmenter, files[run % files.Count], cancellationToken));
                        told.Report((run + 1, runs));
                    }

                    return true;
                },
                cancellationToken)).ConfigureAwait(false);

        StageTimes median = StageTimes.Median(times);
        string provider = network is OnnxNetwork onnx
            ? $"ONNX Runtime {OnnxRuntime.Version}, {onnx.Provider}"
            : $"libtorch {Torch.TorchRuntime.Version}";
        BenchReport report = new(
            Round(median.Decode),
            Round(median.Preprocess),
            Round(median.Network),
            Round(median.Post),
            Round(median.Total),
            median.Instances,
            runs,
            Math.Round(ProcessMemory.PeakMiB, 1),
            threads,
            device.Text,
            provider,
            RuntimeInformation.OSDescription,
            Environment.ProcessorCount);
        WriteResult(
            arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.BenchReport), () => WriteText(report));
        return ExitCode.Done;
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 3);

    private void WriteText(BenchReport report)
    {
        foreach ((string stage, double milliseconds) in new[]
        {
            ("decode", report.Decode), ("preprocess", report.Preprocess), ("network", report.Network), ("post", report.Post),
            ("total", report.Total),
        })
        {
            Console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage,-11} {milliseconds,9:0.0} ms"));
        }

        Console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"instances   {report.Instances,9:0.#}, medians of {report.Runs} runs"));
        Console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"memory      {report.PeakMemoryMib,9:N0} MiB at the peak, {report.Threads} threads, {report.Device}, {report.Provider}"));
    }
}
