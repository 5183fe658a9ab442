using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Panoptes.Cli.Output;
using Panoptes.Cli.Terminal;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Tracking;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Runs a model over videos: while the network works, the next images are decoded and the last results drawn and
/// encoded.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="writer">Receives the results.</param>
/// <param name="tracking">How instances become tracks.</param>
/// <param name="batchSize">Images that the network sees at once.</param>
internal sealed class VideoPrediction(Segmenter segmenter, VideoWriter writer, TrackingOptions tracking, int batchSize)
{
    // How long images that are under way may take when the prediction is cancelled.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(0.4);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _load;
    private TimeSpan _preprocess;
    private TimeSpan _network;
    private TimeSpan _post;

    /// <summary>Images done.</summary>
    public int Images { get; private set; }

    /// <summary>Instances with a number in them.</summary>
    public int Instances { get; private set; }

    /// <summary>Time by stage.</summary>
    public PredictSeconds Seconds => new(
        _load.TotalSeconds, _preprocess.TotalSeconds, _network.TotalSeconds, _post.TotalSeconds,
        Stopwatch.GetElapsedTime(_start).TotalSeconds);

    /// <summary>Predicts a video; when it is cancelled, what is done soon is written all the same.</summary>
    /// <param name="source">The video.</param>
    /// <param name="before">Images of the videos before it.</param>
    /// <param name="total">About how many images all videos have; 0 where that is not known.</param>
    /// <param name="warn">Told a line for what is odd.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public async Task RunAsync(
        IFrameSource source,
        int before,
        int total,
        Action<string> warn,
        IProgress<WorkProgress> progress,
        CancellationToken cancellationToken)
    {
        ConcurrentQueue<Image> decoded = [];
        using CancellationTokenSource late = new();
        await using CancellationTokenRegistration stop = cancellationToken.Register(() => late.CancelAfter(s_patience));
        int done = 0;
        try
        {
            IAsyncEnumerable<TrackedSegmentation> results = segmenter.TrackAsync(
                DecodeAsync(source, decoded, warn, cancellationToken), tracking, batchSize, late.Token);
            await foreach (TrackedSegmentation found in results.ConfigureAwait(false))
            {
                _ = decoded.TryDequeue(out Image? image);
                if (!await writer.WriteAsync(source, image!, found).ConfigureAwait(false)) break;
                Count(found);
                done++;
                progress.Report(Progress(before + done, total));
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            // A slow network; the images before are done.
        }

        await writer.EndAsync(cancellationToken.IsCancellationRequested).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<Image> DecodeAsync(
        IFrameSource source,
        ConcurrentQueue<Image> decoded,
        Action<string> warn,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await foreach (Image image in source.ReadAsync(warn, cancellationToken).ConfigureAwait(false))
        {
            _load += Stopwatch.GetElapsedTime(start);
            decoded.Enqueue(image);
            yield return image;
            start = Stopwatch.GetTimestamp();
        }
    }

    private void Count(TrackedSegmentation found)
    {
        Images++;
        Instances += found.Instances.Count;
        _preprocess += found.Segmentation.Timings.Preprocess;
        _network += found.Segmentation.Timings.Network;
        _post += found.Segmentation.Timings.Postprocess;
    }

    private WorkProgress Progress(int done, int total)
    {
        TimeSpan time = Stopwatch.GetElapsedTime(_start);
        return new WorkProgress("track", done, total == 0 ? 0 : Math.Max(total, done))
        {
            Figures = [EvaluationOutput.Rate(done, time.TotalSeconds)],
            Remaining = total > done ? time / done * (total - done) : null,
        };
    }
}
