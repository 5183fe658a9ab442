using System.CommandLine;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Training.Distributed;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Eval;

/// <summary><c>panoptes eval</c>: COCO's AP of a model on labeled images, and the panoptic quality of a panoptic one.</summary>
internal sealed class EvalCommand : ToolCommand
{
    /// <summary>Images drawn into the output folder.</summary>
    private const int Samples = 8;

    /// <summary>What is written into the output folder.</summary>
    private static readonly string[] s_results = ["predictions.json", "metrics.json", "panoptic.json", "panoptic", "samples"];

    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _images = new("--images") { Description = "The folder of the images.", HelpName = "DIR" };

    private readonly Option<string?> _annotations = new("--annotations")
    {
        Description = "Their COCO instance annotations (JSON).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _panoptic = new("--panoptic")
    {
        Description = "Their COCO panoptic annotations (JSON): measures panoptic quality on the images that it lists. "
            + "Without --annotations, its things are the objects.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _panopticFolder = new("--panoptic-folder")
    {
        Description = "The folder of the PNGs of --panoptic.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _oracle = new Option<string?>("--oracle")
    {
        Description = "Use the boxes, classes and mean embeddings of the annotated things instead of a CIAE model's detections "
            + "(the paper's Table IV). Needs --panoptic.",
        HelpName = "boxes",
    }.AcceptOnlyFromAmong("boxes");

    private readonly Option<string?> _output = new("--output")
    {
        Description = "The folder for predictions.json, metrics.json, some images with ground truth and predictions, "
            + "and panoptic.json with its PNGs.",
        HelpName = "DIR",
    };

    private readonly Option<int?> _shortSide = NetworkSize.Create();
    private readonly Option<int?> _limit = new("--limit") { Description = "Use only the first N images.", HelpName = "N" };
    private readonly Option<string?> _shard = ShardArgument.Create("Evaluate", "eval merge DIR");
    private readonly LimitOptions _limits = new();
    private readonly Option<bool> _perClass = CommonOptions.PerClass();
    private readonly Option<string> _device = CommonOptions.ModelDevice();

    /// <param name="console">Where the figures go.</param>
    public EvalCommand(ToolConsole console)
        : base(
            console,
            "eval",
            "Measure a model's average precision and recall, or panoptic quality, on labeled images.",
            "panoptes eval --model runs/mine/best.safetensors --images val2017 --annotations instances_val2017.json",
            "panoptes eval --model runs/mine/best.safetensors --images val2017 --annotations instances_val2017.json --limit 100 --json",
            "panoptes eval --model runs/ciae/best.safetensors --images val2017 --panoptic val2017.json --panoptic-folder val2017_pngs",
            "panoptes eval --model runs/ciae/best.safetensors --images val2017 --panoptic val2017.json --panoptic-folder val2017_pngs "
            + "--oracle boxes",
            "panoptes eval --model runs/mine/best.safetensors --images val2017 --annotations instances_val2017.json --output evaluated "
            + "--shard 3/16")
    {
        Add(new EvalMergeCommand(console));
        AddOptions(
            _model, _images, _annotations, _panoptic, _panopticFolder, _oracle, _output, _shortSide, _limit, _shard, _perClass,
            _device, _limits.MaxPixels, _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string? annotations = arguments.GetValue(_annotations);
        string? panoptic = arguments.GetValue(_panoptic);
        string? panopticFolder = arguments.GetValue(_panopticFolder);
        if (arguments.GetValue(_images) is not { } images)
        {
            throw InputException.ForSetting("--images", "is missing: the folder of the images, which a model file does not store");
        }

        if (annotations is null && panoptic is null)
        {
            throw InputException.ForSetting(
                null,
                "give --annotations FILE, or --panoptic FILE and --panoptic-folder DIR: a model file does not store what it was trained on");
        }

        PanopticFiles.RequireBoth(panoptic, panopticFolder);

        bool givesBoxes = arguments.GetValue(_oracle) is not null;
        if (givesBoxes && panoptic is null)
        {
            throw InputException.ForSetting(
                null,
                "--oracle boxes needs --panoptic FILE and --panoptic-folder DIR: they say where the things are");
        }

        if (givesBoxes && arguments.GetValue(_shortSide) is not null)
        {
            throw InputException.ForSetting("--short-side", "does not go with --oracle, which measures a model at its own size");
        }

        Shard? shard = ShardArgument.Of(arguments, _shard);
        if (shard is not null && arguments.GetValue(_output) is null)
        {
            throw InputException.ForSetting("--shard", "needs --output DIR, the same for all shards: 'eval merge DIR' makes one result of them");
        }

        if (arguments.GetValue(_output) is { } results)
        {
            OutputFolder.RequireNoFile(results);
            OutputGuard.ThrowIfReplaced(
                results, s_results, ("--images", images), ("--annotations", annotations), ("--panoptic", panoptic),
                ("--panoptic-folder", panopticFolder));
        }

        int? shortSide = NetworkSize.Read(arguments, _shortSide);
        int? limit = InputNumber.AtLeastOne(arguments, _limit);
        string model = Models.PathOf(arguments.GetRequiredValue(_model));
        ModelDevice device = ModelDevice.Parse(model, arguments.GetRequiredValue(_device));
        InputFolder.Require("--images", images);
        if (panopticFolder is not null) InputFolder.Require("--panoptic-folder", panopticFolder);
        InputLimits limits = _limits.Of(arguments);
        EvalSource source = new(
            Path.GetFullPath(images), Complete(annotations), Complete(panoptic), Complete(panopticFolder), limit, limits.MaxPixels,
            limits.MaxSide);
        EvaluationData data = await ReadAsync(
            () => EvaluationData.Load(images, annotations, panoptic, panopticFolder, limit, limits),
            cancellationToken).ConfigureAwait(false);
        foreach (string warning in data.Warnings) Console.Warn(warning);
        using INetwork network = await ReadAsync(() => Models.Load(model, device, Console.Warn), cancellationToken).ConfigureAwait(false);
        if (panoptic is not null && !network.Card.IsPanoptic)
        {
            Console.Warn("this model detects only objects, so --panoptic gives no panoptic quality");
        }

        PreprocessingOptions? preprocessing = NetworkSize.Of(shortSide, network.Card);
        Evaluator evaluator = new(data, oracle: givesBoxes ? network : null) { Warn = Console.Warn };
        string? output = arguments.GetValue(_output) is { } folder ? OutputFolder.Create(folder, isShared: shard is not null) : null;
        Segmenter segmenter = new(network, new SegmenterOptions { Preprocessing = preprocessing });
        if (shard is not null)
        {
            return await RunShardAsync(arguments, shard, source, evaluator, segmenter, model, output!, cancellationToken)
                .ConfigureAwait(false);
        }

        PanopticResultWriter? segments = output is not null && network.Card.IsPanoptic
            ? new PanopticResultWriter(Path.Combine(output, "panoptic.json"), network.Card.ListCategories())
            : null;

        EvaluationResult result = await ProgressDisplay.RunAsync(
            Console,
            progress => Task.FromResult(evaluator.Run(
                segmenter,
                limit,
                new ImageProgress("evaluate", progress),
                (image, found) => segments?.Add(image.Id, Path.ChangeExtension(image.FileName, ".png"), found.Panoptic!, image.IdText),
                cancellationToken)))
            .ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (output is not null)
        {
            segments?.Complete();
            EvalResults.Write(output, result, data.Objects);
            string samples = Directory.CreateDirectory(Path.Combine(output, "samples")).FullName;
            evaluator.DrawSamples(segmenter, Math.Min(Samples, result.Images), samples);
            cancellationToken.ThrowIfCancellationRequested();
        }

        WriteResult(
            arguments,
            json => EvaluationOutput.Write(json, result),
            () => EvaluationOutput.WriteText(Console.Output, result, arguments.GetValue(_perClass)));
        return ExitCode.Done;
    }

    private static string? Complete(string? path) => path is null ? null : Path.GetFullPath(path);

    private async Task<int> RunShardAsync(
        ParseResult arguments, Shard shard, EvalSource source, Evaluator evaluator, Segmenter segmenter, string model, string output,
        CancellationToken cancellationToken)
    {
        Dictionary<string, string> settings = EvalShard.SettingsOf(
            model, source, arguments.GetValue(_oracle), arguments.GetValue(_shortSide));
        int all = evaluator.Count(source.Limit);
        (int first, int end) = (shard.First(all), shard.End(all));
        string samples = Directory.CreateDirectory(Path.Combine(output, "samples")).FullName;
        evaluator.DrawSamples(segmenter, Math.Min(Samples, end) - first, samples, first); // before the part, which says that all is done
        EvalShard work = new(shard, source, output);
        int images = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(work.Run(
            evaluator, segmenter, settings, new ImageProgress("evaluate", progress), cancellationToken))).ConfigureAwait(false);
        WriteResult(
            arguments,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("output"u8, Path.GetFullPath(output));
                json.WriteString("shard"u8, shard.ToString());
                json.WriteNumber("images"u8, images);
                json.WriteEndObject();
            },
            () =>
            {
                Console.Output.WriteLine($"shard {shard}: {images} images");
                Console.Output.WriteLine($"when all shards are done: panoptes eval merge {ShellWord.Quote(Path.GetFullPath(output))}");
            });
        return ExitCode.Done;
    }
}
