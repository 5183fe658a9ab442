using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Commands.Predict.Merging;
using Panoptes.Cli.Commands.Predict.Video;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Tiling;
using Panoptes.Training.Distributed;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Predict;

/// <summary><c>panoptes predict</c>: from images to masks.</summary>
internal sealed class PredictCommand : ToolCommand
{
    /// <summary>A folder of microscope images may give one for each of thousands.</summary>
    private const int ShownWarnings = 3;

    private readonly Option<string> _model = CommonOptions.Model();

    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = $"Images ({ImageFiles.FormatList}), folders of images, or patterns such as 'shots/**/*.jpg'; or videos, or - for raw "
            + "images from a pipe.",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder of the results.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<double> _score = new("--score")
    {
        Description = "Skip objects below this score, 0 to 1.",
        HelpName = "S",
        DefaultValueFactory = _ => 0.3,
    };

    private readonly Option<string> _save = new("--save")
    {
        Description = "What to write: overlay (NAME.png; see --overlay-format), coco (predictions.json), masks (masks/NAME/001-class.png), "
            + "panoptic (panoptic.json, panoptic/NAME.png; panoptic models only), geojson (NAME.geojson).",
        HelpName = "KINDS",
        DefaultValueFactory = _ => "overlay,coco",
    };

    private readonly Option<string> _overlayFormat = new("--overlay-format")
    {
        Description = "The format of overlays: png, jpeg or webp.",
        HelpName = "F",
        DefaultValueFactory = _ => "png",
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Number of images that go through the network at once.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _annotations = new("--annotations")
    {
        Description = "A COCO JSON of the images: results use its image ids and its class ids (by name), so that 'score' and other tools "
            + "can compare them with it.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _shortSide = NetworkSize.Create();

    private readonly TilingArguments _tiling = new();

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Continue an interrupted prediction: skip images that are done and have not changed since.",
    };

    private readonly Option<string?> _shard = ShardArgument.Create("Predict", "predict merge DIR");

    private readonly VideoOptions _video = new();

    private readonly LimitOptions _limits = new();

    private readonly Option<string> _device = CommonOptions.ModelDevice();

    /// <param name="console">Where the summary goes.</param>
    public PredictCommand(ToolConsole console)
        : base(
            console,
            "predict",
            "Find the objects in images and their masks; a panoptic model labels every pixel.",
            "panoptes predict --model runs/mine/best.safetensors photo.jpg --output found",
            "panoptes predict --model runs/mine/best.safetensors photos 'more/**/*.png' --output found --score 0.5 --save overlay,masks",
            "panoptes predict --model runs/mine/best.safetensors val2017 --output found --score 0 --save coco "
            + "--annotations instances_val2017.json",
            "panoptes predict --model runs/panoptic/best.safetensors photos --output found --save panoptic,overlay",
            "panoptes predict --model runs/mine/best.safetensors slide.tif --output found --tile 640 --save overlay,geojson",
            "panoptes predict --model person clip.mp4 --output found",
            "panoptes predict --model runs/mine/best.safetensors photos --output found --shard 3/16 --resume")
    {
        Add(new PredictMergeCommand(console));
        Arguments.Add(_inputs);
        AddOptions(
            _model, _output, _score, _save, _overlayFormat, _batch, _shortSide, _annotations, _tiling.Tile, _tiling.Overlap, _tiling.TilesOnly,
            _resume, _shard, _video.Track, _video.Frames, _video.Rate, _device, _limits.MaxPixels, _limits.MaxSide);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        double score = InputNumber.Fraction(arguments, _score);
        int batch = InputNumber.AtLeastOne(arguments, _batch);
        string output = arguments.GetRequiredValue(_output);
        OverlayFormat overlayFormat = OverlayFormat.Parse(arguments.GetRequiredValue(_overlayFormat));
        TilingOptions? tiling = _tiling.Of(arguments, batch);
        bool resume = arguments.GetValue(_resume);
        Shard? shard = ShardArgument.Of(arguments, _shard);

        int? shortSide = NetworkSize.Read(arguments, _shortSide);
        InputLimits limits = _limits.Of(arguments);
        SaveKindsParser.RequireKinds(arguments.GetRequiredValue(_save));
        OutputFolder.RequireNoFile(output);

        string[] inputs = arguments.GetRequiredValue(_inputs);
        if (_video.IsVideo(arguments, inputs))
        {
            return await RunVideoAsync(arguments, inputs, overlayFormat, score, batch, shortSide, limits, cancellationToken)
                .ConfigureAwait(false);
        }

        List<string> failed = [];
        int warnings = 0;
        IReadOnlyList<string> files = ImageInputs.Expand(inputs, out IReadOnlyList<string> missing);
        if (files.Count == 0)
        {
            throw InputException.ForSetting(
                null, missing[0] + (missing.Count > 1 ? $" (and {missing.Count - 1} more)" : ""), InputErrorKind.NotFound);
        }

        OutputGuard.ThrowIfReplaced(output, CommonFiles.Names, ("--annotations", arguments.GetValue(_annotations)));
        string model = Models.PathOf(arguments.GetRequiredValue(_model));
        ModelDevice device = ModelDevice.Parse(model, arguments.GetRequiredValue(_device));
        using INetwork network = await ReadAsync(() => Models.Load(model, device, Console.Warn), cancellationToken).ConfigureAwait(false);
        PreprocessingOptions? preprocessing = NetworkSize.Of(shortSide, network.Card);
        AnnotatedIds? ids = arguments.GetValue(_annotations) is { } annotations
            ? await ReadAsync(() => AnnotatedIds.Load(annotations, network.Card, limits), cancellationToken).ConfigureAwait(false)
            : null;
        if (ids?.Classes.Remark is { } remark) Console.Warn(remark);
        NamedImages images = new(files, output, ids);
        SaveKinds kinds = SaveKindsParser.Parse(arguments.GetRequiredValue(_save), network.Card);
        OutputFolder.Create(output, isShared: shard is not null);
        string manifestFile = shard is null
            ? Path.Combine(output, PredictManifest.FileName) : ShardFolder.OfPredictions(output).Create(shard);
        using OutputList list = new(output, shard is null ? null : Path.ChangeExtension(manifestFile, ShardFolder.ListExtension));
        ModelClass[] unreadable = kinds.HasFlag(SaveKinds.Overlay)
            ? [.. network.Card.Classes.Concat(network.Card.StuffClasses).Where(c => !Canvas.CanDraw(c.Name))]
            : [];
        if (unreadable.Length > 0)
        {
            string names = string.Join(", ", unreadable.Take(ShownWarnings).Select(c => $"{c.CategoryId} ({c.Name})"));
            string more = unreadable.Length > ShownWarnings ? ", ..." : "";
            Console.Warn($"classes are drawn as their numbers, since the letters of their names are missing here: {names}{more}");
        }

        Dictionary<string, string> settings = PredictSettings.Of(
            model, score, kinds, overlayFormat, preprocessing?.ShortSide, arguments.GetValue(_annotations), tiling);
        IReadOnlyList<PanopticCategory> categories = CommonFiles.CategoriesOf(network.Card, ids);
        ManifestShard? part = shard is null
            ? null
            : new(shard.Number, shard.Count, images.Count, images.HashOfPaths(), [.. categories.Select(ManifestCategory.Of)]);
        ManifestHeader header = new(ManifestHeader.CurrentVersion, settings, part);
        using PredictManifest manifest = PredictManifest.Open(manifestFile, output, images, header, resume, list, Console.Warn);
        CommonFiles? common = shard is null ? new CommonFiles(output, kinds, categories) : null;
        PredictionWriter writer = new(new ImageResultFiles(output, kinds, overlayFormat, list, Warn), kinds, ids, manifest, common);
        common?.AddTo(list);
        using Segmenter segmenter = new(network, new SegmenterOptions { MinScore = score, Preprocessing = preprocessing });
        DecodeOptions decoding = new() { Limits = limits };
        PredictionRun prediction = tiling is null
            ? new Prediction(segmenter, writer, batch) { Decoding = decoding }
            : new TiledPrediction(new TiledSegmenter(segmenter, tiling), writer) { Decoding = decoding };
        int count = manifest.End - manifest.First;
        IEnumerable<(int, NamedImage)> toDo =
            Enumerable.Range(manifest.First, count).Where(i => !manifest.IsDone(i)).Select(i => (i, images[i]));

        foreach (string problem in missing) Fail(problem);
        await ProgressDisplay.RunAsync(Console, async progress =>
        {
            await prediction.RunAsync(toDo, count - manifest.Earlier, Fail, Warn, progress, cancellationToken);
            return prediction.Images;
        }).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        int all = prediction.Images + manifest.Earlier;
        IReadOnlyList<string> removed = all > 0 && shard is null ? list.RemoveStale(files) : [];
        if (removed.Count > 0) Console.Say(PredictText.Removed(removed));
        if (shard is not null) manifest.Finish(failed[missing.Count..], missing);
        if (warnings > ShownWarnings) Console.Warn($"{warnings - ShownWarnings} more images were read with a warning like these");

        PredictReport report = new(
            Path.GetFullPath(output),
            common?.Results is { } results ? Path.GetFullPath(results) : null,
            common?.Panoptic is { } panoptic ? Path.GetFullPath(panoptic) : null,
            prediction.Images,
            prediction.Instances,
            failed,
            removed.Count,
            prediction.Images / Math.Max(prediction.Seconds.Total, 1e-9),
            prediction.Seconds,
            resume ? manifest.Earlier : null,
            shard?.ToString());
        WriteResult(
            arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.PredictReport), () => WriteText(report, kinds));

        // Nothing could be used: the input is wrong. Something could: the work is done but for the rest.
        return failed.Count == 0 ? ExitCode.Done : all == 0 ? ExitCode.WrongInput : ExitCode.Failed;

        void Fail(string problem)
        {
            failed.Add(Console.Fail(problem));
        }

        void Warn(string warning)
        {
            if (++warnings <= ShownWarnings) Console.Warn(warning);
        }
    }

    private async Task<int> RunVideoAsync(
        ParseResult arguments, string[] inputs, OverlayFormat overlayFormat, double score, int batch, int? shortSide, InputLimits limits,
        CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_annotations) is not null)
        {
            throw InputException.ForSetting("--annotations", "is for images; results of videos have ids of their own");
        }

        if (_tiling.Of(arguments, batch) is not null) throw InputException.ForSetting("--tile", "is for images, not for videos");
        if (arguments.GetValue(_resume)) throw InputException.ForSetting("--resume", "is for images; a video is predicted as a whole");
        if (arguments.GetValue(_shard) is not null) throw InputException.ForSetting("--shard", "is for images; a video is predicted as a whole");

        VideoRun run = new(Console)
        {
            Inputs = inputs,
            Pipe = _video.PipeOf(arguments, limits),
            Output = arguments.GetRequiredValue(_output),
            Save = arguments.GetRequiredValue(_save),
            OverlayFormat = overlayFormat,
            Score = score,
            Batch = batch,
            Limits = limits,
        };
        string model = Models.PathOf(arguments.GetRequiredValue(_model));
        ModelDevice device = ModelDevice.Parse(model, arguments.GetRequiredValue(_device));
        using INetwork network = await ReadAsync(() => Models.Load(model, device, Console.Warn), cancellationToken).ConfigureAwait(false);
        PreprocessingOptions? preprocessing = NetworkSize.Of(shortSide, network.Card);
        TrackReport report = await run.RunAsync(network, preprocessing, cancellationToken).ConfigureAwait(false);
        WriteResult(
            arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.TrackReport), () => run.WriteText(report));
        return report.Failed.Count == 0 ? ExitCode.Done : report.Images == 0 ? ExitCode.WrongInput : ExitCode.Failed;
    }

    private void WriteText(PredictReport report, SaveKinds kinds)
    {
        PredictSeconds time = report.Seconds;
        string rate = EvaluationOutput.Rate(report.Images, time.Total);
        string which = report.Shard is { } shard ? $"shard {shard}: " : "";
        Console.Output.WriteLine($"{which}{report.Images} images, {report.Instances} objects in {time.Total:0.0} s, {rate}");
        if (report.Skipped is { } skipped) Console.Output.WriteLine($"{skipped} images were done already");
        PredictText.WriteFailed(Console.Output, report.Failed.Count);
        PredictText.WriteFiles(Console.Output, kinds, report.Output, report.Panoptic, report.Predictions);
        if (report.Shard is not null)
        {
            Console.Output.WriteLine($"when all shards are done: panoptes predict merge {ShellWord.Quote(report.Output)}");
        }
    }
}
