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

    private readonly Argument<string?> _images = new("IMAGES")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A folder or a zip with one folder of images per class: cat/1.jpg, dog/1.jpg.",
    };

    private readonly Argument<string[]> _settings = new("key=value")
    {
        HelpName = "key=value",
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Options in the form of settings, such as epochs=20 size=64.",
    };

    private readonly Option<string?> _data = new("--data") { Description = "The same as IMAGES.", HelpName = "IMAGES" };

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

    private readonly Option<string> _backbone = new Option<string>("--backbone", "--arch")
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
            "panoptes pretrain --data train.zip --arch resnet18 --output backbone.safetensors epochs=20 size=64",
            "panoptes pretrain train.zip --val val.zip --size 64 --epochs 20 --output backbone.safetensors",
            "panoptes pretrain train.zip --val val.zip --weights imagenet --linear-probe")
    {
        Arguments.Add(_images);
        Arguments.Add(_settings);
        AddOptions(
            _data, _validation, _output, _backbone, _width, _weights, _probe, _size, _epochs, _batch, _rate, _seed, _limits.MaxPixels,
            _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        (string images, ParseResult settings) = Read(arguments);
        bool probe = arguments.GetValue(_probe);
        string? output = probe && arguments.GetValue(_output) is not null
            ? throw InputException.ForSetting("--output", "has no effect with --linear-probe, which writes nothing")
            : OutputFile.Of(arguments, _output);
        if (output is null && !probe)
            throw InputException.ForSetting("--output", "is missing: the file of the backbone, such as backbone.safetensors");
        PretrainOptions options = new()
        {
            Backbone = new BackboneConfig
            {
                Type = s_backbones[arguments.GetRequiredValue(_backbone)],
                BaseWidth = InputNumber.AtLeastOne(Place(_width), _width),
            },
            Weights = arguments.GetValue(_weights),
            LinearProbe = probe,
            Size = Place(_size).GetValue(_size),
            Epochs = Place(_epochs).GetValue(_epochs),
            BatchSize = Place(_batch).GetValue(_batch),
            LearningRate = Place(_rate).GetValue(_rate),
            Seed = unchecked((ulong)Place(_seed).GetValue(_seed)),
            Limits = _limits.Of(arguments),
        };
        TorchRuntime.Threads = Environment.ProcessorCount;
        PretrainResult result = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(BackbonePretrainer.Run(
            images,
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

        ParseResult Place(Option option) => settings.IsTyped(option) ? settings : arguments;
    }

    /// <summary>The images, and the settings as if they were options of a command line of their own.</summary>
    private (string Images, ParseResult Settings) Read(ParseResult arguments)
    {
        string? images = arguments.GetValue(_images);
        string? data = arguments.GetValue(_data);
        List<string> words = [.. arguments.GetValue(_settings) ?? []];
        if (images is not null && images.Contains('=') && !Path.Exists(images))
        {
            words.Insert(0, images);
            images = null;
        }

        if (images is not null && data is not null)
        {
            throw InputException.ForSetting("--data", $"'{data}' and '{images}' are given; name one of the two");
        }

        images ??= data;
        if (images is null) throw InputException.ForSetting("IMAGES", "is missing: a folder or a zip with one folder of images per class");
        Option[] settings = [_width, _size, _epochs, _batch, _rate, _seed];
        List<string> options = [];
        foreach (string word in words)
        {
            string[] parts = word.Split('=', 2);
            string name = "--" + parts[0].Replace('_', '-');
            if (parts.Length < 2 || !settings.Any(option => option.Name == name))
            {
                string allowed = string.Join(", ", settings.Select(option => option.Name[2..].Replace('-', '_') + "=..."));
                throw InputException.ForSetting(null, $"'{word}' is not a setting of pretrain; allowed are {allowed}");
            }

            options.AddRange([name, parts[1]]);
        }

        ParseResult all = Parse(options);
        CommandLineCheck.ThrowIfWrong(all, options);
        return (images, all);
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
