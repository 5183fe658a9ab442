using System.Collections.Concurrent;
using System.Diagnostics;
using Panoptes.Cli.Terminal;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Runs a model over many images: while the network works, the next images are read and the last results written.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="writer">Receives the results.</param>
/// <param name="batchSize">Images that the network sees at once.</param>
internal sealed class Prediction(Segmenter segmenter, PredictionWriter writer, int batchSize)
{
    // How long images that are under way may take when the prediction is cancelled.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(0.4);

    // Between the thread that reads images and the one that writes results.
    private readonly ConcurrentQueue<(NamedImage Named, Image Image)> _read = [];
    private readonly ConcurrentQueue<string> _problems = [];
    private TimeSpan _load;
    private TimeSpan _preprocess;
    private TimeSpan _network;
    private TimeSpan _post;

    /// <summary>Images done.</summary>
    public int Images { get; private set; }

    /// <summary>How images are read, and how large they may be.</summary>
    public DecodeOptions Decoding { get; init; } = DecodeOptions.Default;

    /// <summary>Objects found in them.</summary>
    public int Instances { get; private set; }

    /// <summary>Time by stage.</summary>
    public PredictSeconds Seconds { get; private set; }

    /// <summary>Predicts; when it is cancelled, what is done soon is written all the same.</summary>
    /// <param name="images">The images.</param>
    /// <param name="problem">Told a line for each image that is damaged.</param>
    /// <param name="warning">Told a line for each image whose reader noticed something.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public async Task RunAsync(
        IReadOnlyList<NamedImage> images,
        Action<string> problem,
        Action<string> warning,
        IProgress<WorkProgress> progress,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        int failed = 0;
        using CancellationTokenSource late = new();
        await using CancellationTokenRegistration stop = cancellationToken.Register(() => late.CancelAfter(s_patience));
        IAsyncEnumerable<Image> read = Read(images, cancellationToken).ToAsyncEnumerable();
        try
        {
            await foreach (Segmentation found in segmenter.SegmentAsync(read, batchSize, late.Token))
            {
                TellProblems();
                _ = _read.TryDequeue(out (NamedImage Named, Image Image) source);
                foreach (string line in source.Image.Warnings) warning(line);
                writer.Write(source.Named, source.Image, found, late.Token);
                Count(found);
                progress.Report(Progress(Images + failed, images.Count, Stopwatch.GetElapsedTime(start)));
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            // A large image; those before it are done.
        }

        TellProblems();
        writer.Finish();
        TimeSpan total = Stopwatch.GetElapsedTime(start);
        Seconds = new PredictSeconds(
            _load.TotalSeconds, _preprocess.TotalSeconds, _network.TotalSeconds, _post.TotalSeconds, total.TotalSeconds);

        void TellProblems()
        {
            while (_problems.TryDequeue(out string? line))
            {
                failed++;
                problem(line);
            }
        }
    }

    // Ends where the prediction is cancelled: images that were read before still come to their results.
    private IEnumerable<Image> Read(IReadOnlyList<NamedImage> images, CancellationToken cancellationToken)
    {
        DecodeOptions decoding = Decoding with { CancellationToken = cancellationToken };
        foreach (NamedImage named in images.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            long start = Stopwatch.GetTimestamp();
            Image image;
            try
            {
                image = Image.Load(named.Path, decoding);
            }
            catch (InputException problem)
            {
                _problems.Enqueue(problem.Message);
                continue;
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            _load += Stopwatch.GetElapsedTime(start);
            _read.Enqueue((named, image));
            yield return image;
        }
    }

    private void Count(Segmentation found)
    {
        Images++;
        Instances += found.Instances.Count;
        _preprocess += found.Timings.Preprocess;
        _network += found.Timings.Network;
        _post += found.Timings.Postprocess;
    }

    private static WorkProgress Progress(int done, int total, TimeSpan time) =>
        new("predict", done, total)
        {
            Figures = [Output.EvaluationOutput.Rate(done, time.TotalSeconds)],
            Remaining = time / done * (total - done),
        };
}
