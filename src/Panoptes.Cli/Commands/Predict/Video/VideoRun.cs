using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Tracking;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>What <c>panoptes predict</c> does with videos and sequences of images.</summary>
/// <param name="console">Where messages and progress go.</param>
internal sealed class VideoRun(ToolConsole console)
{
    private readonly List<string> _failed = [];
    private IReadOnlyList<string> _files = [];

    /// <summary>The inputs: videos, or one sequence.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Raw images that take the place of inputs; null for none.</summary>
    public RawFrames? Pipe { get; init; }

    /// <summary>The folder of the results.</summary>
    public required string Output { get; init; }

    /// <summary>What to write, as it was typed.</summary>
    public required string Save { get; init; }

    /// <summary>The format of overlays of sequences.</summary>
    public required OverlayFormat OverlayFormat { get; init; }

    /// <summary>The score from which on an instance begins a track.</summary>
    public required double Score { get; init; }

    /// <summary>Images that the network sees at once.</summary>
    public required int Batch { get; init; }

    /// <summary>How large images may be.</summary>
    public required InputLimits Limits { get; init; }

    /// <summary>Predicts.</summary>
    /// <param name="network">The model.</param>
    /// <param name="preprocessing">How it sees images; null for its own way.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="InputException">An input or an option is wrong.</exception>
    public async Task<TrackReport> RunAsync(INetwork network, PreprocessingOptions? preprocessing, CancellationToken cancellationToken)
    {
        SaveKinds kinds = SaveKindsParser.Parse(Save, network.Card);
        if ((kinds & ~(SaveKinds.Overlay | SaveKinds.Coco)) != 0)
        {
            throw InputException.ForSetting($"--save {Save}", "for a video, only overlay and coco (tracks.json) can be saved");
        }

        IReadOnlyList<IFrameSource> sources = await OpenAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> codec = [];
        if (kinds.HasFlag(SaveKinds.Overlay) && sources[0] is not ImageSequence)
        {
            codec = await VideoEncoder.ChooseCodecAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new NotSupportedException(
                    "the installed ffmpeg has none of the encoders libx264, libopenh264 and mpeg4; with --save coco no video is written");
            if (codec[0] == "mpeg4") console.Warn("this ffmpeg has no encoder for H.264, so videos are MPEG-4, which browsers do not play");
        }

        using OutputList list = new(OutputFolder.Create(Output));
        using VideoWriter writer = new(Output, kinds, OverlayFormat, network.Card, list, codec);
        TrackingOptions tracking = new() { HighScore = Score, LowScore = Math.Min(Score, new TrackingOptions().LowScore) };
        using Segmenter segmenter = new(network, new SegmenterOptions { MinScore = tracking.LowScore, Preprocessing = preprocessing });
        VideoPrediction prediction = new(segmenter, writer, tracking, Batch);
        int total = sources.Any(source => source.Frames == 0) ? 0 : sources.Sum(source => source.Frames);
        await ProgressDisplay.RunAsync(console, async progress =>
        {
            foreach (IFrameSource source in sources.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
            {
                Task predicted = prediction.RunAsync(source, prediction.Images, total, console.Warn, progress, cancellationToken);
                await predicted.ConfigureAwait(false);
            }

            return prediction.Images;
        }).ConfigureAwait(false);
        writer.Complete();
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> removed = prediction.Images > 0 ? list.RemoveStale(_files) : [];
        return new TrackReport(
            Path.GetFullPath(Output),
            kinds.HasFlag(SaveKinds.Coco) ? Path.GetFullPath(writer.TracksFile) : null,
            [.. writer.Videos.Select(Path.GetFullPath)],
            prediction.Images,
            prediction.Instances,
            writer.Objects,
            _failed,
            removed.Count,
            prediction.Images / Math.Max(prediction.Seconds.Total, 1e-9),
            prediction.Seconds);
    }

    /// <summary>Writes the report for people.</summary>
    public void WriteText(TrackReport report)
    {
        string rate = EvaluationOutput.Rate(report.Images, report.Seconds.Total);
        console.Output.WriteLine($"{report.Images} images, {report.Objects} objects tracked in {report.Seconds.Total:0.0} s, {rate}");
        foreach (string video in report.Videos) console.Output.WriteLine($"video   {video}");
        if (report.Failed.Count > 0) console.Output.WriteLine($"{report.Failed.Count} of the images could not be used");
        if (report.Tracks is { } file) console.Output.WriteLine($"tracks  {file}");
    }

    private void Fail(string problem)
    {
        _failed.Add(console.Fail(problem));
    }

    private async Task<IReadOnlyList<IFrameSource>> OpenAsync(CancellationToken cancellationToken)
    {
        if (Pipe is not null) return [Pipe];
        if (!Inputs.Any(VideoOptions.HasVideoExtension))
        {
            _files = ImageInputs.Expand(Inputs);
            return [new ImageSequence(new NamedImages(_files, Output, ids: null), new DecodeOptions { Limits = Limits }, Fail)];
        }

        _files = Inputs;
        List<IFrameSource> videos = [];
        HashSet<string> names = new(PathComparison.Comparer);
        foreach (string path in Inputs)
        {
            VideoProbe probe = await VideoProbe.OfAsync(path, Limits, cancellationToken).ConfigureAwait(false);
            VideoFile video = new(path, probe, Limits);
            if (!names.Add(video.Name))
            {
                throw InputException.ForSetting(
                    null, $"two videos are named '{video.Name}', and so would be their results; predict them into two folders");
            }

            string written = Path.GetFullPath(Path.Combine(Output, video.Name + ".mp4"));
            if (string.Equals(written, Path.GetFullPath(path), PathComparison.Comparison))
            {
                throw InputException.ForSetting(
                    null, $"--output is the folder of '{path}', which the result would replace; name another folder");
            }

            videos.Add(video);
        }

        return videos;
    }
}
