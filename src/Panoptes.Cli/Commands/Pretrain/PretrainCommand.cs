using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Pretraining;

namespace Panoptes.Cli.Commands.Pretrain;

/// <summary><c>panoptes pretrain</c>: a backbone of one's own, from images sorted into classes.</summary>
internal sealed class PretrainCommand : ToolCommand
{
    private static readonly PretrainOptions s_defaults = new();

    // Shapes that a plain command line can name; others are made in C#.
    private static readonly Dictionary<string, BackboneType> s_backbones = new()
    {
        ["resnet18"] = BackboneType.ResNet18,
        ["resnet18_imagenet"] = BackboneType.ResNet18ImageNet,
        ["resnet34"] = BackboneType.ResNet34,
        ["resnet50"] = BackboneType.ResNet50,
        ["resnet101"] = BackboneType.ResNet101,
    };

    private readonly Argument<string> _images = new("IMAGES")
    {
        Description = "A folder or a zip with one folder of images per class: cat/1.jpg, dog/1.jpg.",
    };

    private readonly Option<string?> _validation = new("--val")
    {
        Description = "The same with other images, for evaluation.",
        HelpName = "IMAGES",
    };

    private readonly Option<string?> _output = new("--output")
    {
        Description = "The backbone to write (*.safetensors), for model.weights of 'panoptes train'.",
        HelpName = "FILE",
    };

    private readonly Option<string> _backbone = new Option<string>("--backbone")
    {
        Description = "The type of the backbone.",
        HelpName = string.Join('|', s_backbones.Keys),
        DefaultValueFactory = _ => "resnet18",
    }.AcceptOnlyFromAmong([.. s_backbones.Keys]);

    private readonly Option<int> _width = new("--base-width")
    {
        Description = "Channels of the first stage.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.Backbone.BaseWidth,
    };

    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "What to start from: imagenet, or a file. Default: random weights.",
        HelpName = "imagenet|FILE",
    };

    private readonly Option<bool> _probe = new("--linear-probe")
    {
        Description = "Keep the backbone unchanged and train one linear layer on its features, to measure them. Needs --weights.",
    };

    private readonly Option<int> _size = new("--size")
    {
        Description = "Side of the square input images, in pixels.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.Size,
    };

    private readonly Option<int> _epochs = new("--epochs")
    {
        Description = "Number of passes over the images.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.Epochs,
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Images per step.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.BatchSize,
    };

    private readonly Option<double?> _rate = new("--learning-rate")
    {
        Description = "The highest learning rate. Default: 0.1 per 256 images of a step; for a linear probe 0.003.",
        HelpName = "X",
    };

    private readonly Option<long> _seed = new("--seed") { Description = "The seed of the initial weights.", HelpName = "N" };
    private readonly LimitOptions _limits = new();

    /// <param name="console">Where the result is told.</param>
    public PretrainCommand(ToolConsole console)
        : base(
            console,
            "pretrain",
            "Train a backbone to classify images, or measure how good its features are.",
            "panoptes pretrain imagenet/train --val imagenet/val --output backbone.safetensors",
            "panoptes pretrain train.zip --val val.zip --size 64 --epochs 20 --output backbone.safetensors",
            "panoptes pretrain train.zip --val val.zip --weights imagenet --linear-probe")
    {
        Arguments.Add(_images);
        AddOptions(
            _validation, _output, _backbone, _width, _weights, _probe, _size, _epochs, _batch, _rate, _seed, _limits.MaxPixels,
            _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        bool probe = arguments.GetValue(_probe);
        string? output = OutputFile.Of(arguments, _output);
        if (output is null && !probe)
            throw InputException.ForSetting("--output", "is missing: the file of the backbone, such as backbone.safetensors");
        PretrainOptions options = new()
        {
            Backbone = new BackboneConfig
            {
                Type = s_backbones[arguments.GetRequiredValue(_backbone)],
                BaseWidth = InputNumber.AtLeastOne(arguments, _width),
            },
            Weights = arguments.GetValue(_weights),
            LinearProbe = probe,
            Size = arguments.GetValue(_size),
            Epochs = arguments.GetValue(_epochs),
            BatchSize = arguments.GetValue(_batch),
            LearningRate = arguments.GetValue(_rate),
            Seed = unchecked((ulong)arguments.GetValue(_seed)),
            Limits = _limits.Of(arguments),
        };
        TorchRuntime.Threads = Environment.ProcessorCount;
        PretrainResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(BackbonePretrainer.Run(
            arguments.GetRequiredValue(_images),
            arguments.GetValue(_validation),
            output,
            options,
            new Forward(progress),
            cancellationToken))).ConfigureAwait(false);
        PretrainReport report = new(
            result.Output is { } file ? Path.GetFullPath(file) : null,
            result.Images, result.Classes.Count, result.ValidationImages, result.Top1, result.Top5, result.Seconds);
        WriteResult(arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.PretrainReport), () => WriteText(report));
        return ExitCode.Done;
    }

    private void WriteText(PretrainReport report)
    {
        string time = WorkProgress.Duration(TimeSpan.FromSeconds(report.Seconds));
        Console.Output.WriteLine($"{report.Images} images of {report.Classes} classes in {time}");
        if (report.Top1 is { } top1)
        {
            Console.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"top-1    {top1:0.0 %} of {report.ValidationImages} images, top-5 {report.Top5:0.0 %}"));
        }

        if (report.Output is { } output) Console.Output.WriteLine($"backbone {output}");
    }

    private sealed class Forward(IProgress<WorkProgress> target) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value) => target.Report(new WorkProgress(value.Stage, value.Done, value.Total)
        {
            Figures =
            [
                .. value.Loss is { } loss ? [string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.000}")] : Array.Empty<string>(),
                .. value.Top1 is { } top1 ? [string.Create(CultureInfo.InvariantCulture, $"top-1 {top1:0.0 %}")] : Array.Empty<string>(),
                string.Create(CultureInfo.InvariantCulture, $"{value.ImagesPerSecond:0} images/s"),
            ],
            Remaining = value.ImagesPerSecond > 0 ? _clock.Left(value) : null,
        });

        private readonly StageClock _clock = new();
    }

    /// <summary>Time left of a stage, by what its steps took so far.</summary>
    private sealed class StageClock
    {
        private string _stage = "";
        private long _start;
        private int _first;

        public TimeSpan? Left(PretrainProgress now)
        {
            if (now.Stage != _stage)
            {
                (_stage, _start, _first) = (now.Stage, System.Diagnostics.Stopwatch.GetTimestamp(), now.Done);
                return null;
            }

            int done = now.Done - _first;
            return done > 0 ? System.Diagnostics.Stopwatch.GetElapsedTime(_start) * ((double)(now.Total - now.Done) / done) : null;
        }
    }
}
