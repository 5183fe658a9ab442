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
internal sealed class Prediction(Segmenter segmenter, PredictionWriter writer, int batchSize) : PredictionRun
{
    // Between the thread that reads images and the one that writes results.
    private readonly ConcurrentQueue<(SourceImage Source, Image Image)> _read = [];
    private readonly ConcurrentQueue<string> _problems = [];

    /// <inheritdoc/>
    public override async Task RunAsync(
        IEnumerable<(int Index, NamedImage Named)> images,
        int count,
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
                _ = _read.TryDequeue(out (SourceImage Source, Image Image) next);
                foreach (string line in next.Image.Warnings) warning(line);
                writer.Write(next.Source, next.Image, found, late.Token);
                Count(found.Instances.Count, found.Timings);
                progress.Report(Progress(Images + failed, count, Stopwatch.GetElapsedTime(start)));
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            // A large image; those before it are done.
        }

        TellProblems();
        writer.Finish();
        Finish(Stopwatch.GetElapsedTime(start));

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
    private IEnumerable<Image> Read(IEnumerable<(int Index, NamedImage Named)> images, CancellationToken cancellationToken)
    {
        DecodeOptions decoding = Decoding with { CancellationToken = cancellationToken };
        foreach ((int index, NamedImage named) in images.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            long start = Stopwatch.GetTimestamp();
            Image image;
            SourceImage source;
            try
            {
                source = SourceImage.Of(index, named);
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

            Load += Stopwatch.GetElapsedTime(start);
            _read.Enqueue((source, image));
            yield return image;
        }
    }

    private static WorkProgress Progress(int done, int total, TimeSpan time) =>
        new("predict", done, total)
        {
            Figures = [Output.EvaluationOutput.Rate(done, time.TotalSeconds)],
            Remaining = time / done * (total - done),
        };
}
