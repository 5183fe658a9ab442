using System.Diagnostics;
using Panoptes.Cli.Output;
using Panoptes.Cli.Terminal;
using Panoptes.Imaging;
using Panoptes.Inference.Tiling;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Runs a model over images tile by tile, one image after the other; tiles are read while the network works on others.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="writer">Receives the results.</param>
internal sealed class TiledPrediction(TiledSegmenter segmenter, PredictionWriter writer) : PredictionRun
{
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
        int done = 0;
        foreach ((int index, NamedImage named) in images.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            try
            {
                await PredictAsync(SourceImage.Of(index, named), warning, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (InputException e)
            {
                problem(e.File is null ? $"{named.Path}: {e.Message}" : e.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break; // those before it are done
            }

            TimeSpan time = Stopwatch.GetElapsedTime(start);
            progress.Report(new WorkProgress("predict", ++done, count)
            {
                Figures = [EvaluationOutput.Rate(done, time.TotalSeconds)],
                Remaining = time / done * (count - done),
            });
        }

        writer.Finish();
        Finish(Stopwatch.GetElapsedTime(start));
    }

    private async Task PredictAsync(
        SourceImage source, Action<string> warning, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        DecodeOptions decoding = Decoding with { CancellationToken = cancellationToken };
        using ImageRegions image = ImageRegions.Open(source.Named.Path, decoding);
        Load += Stopwatch.GetElapsedTime(start);
        writer.RequireWritable(source.Named, image.Size);
        foreach (string line in image.Warnings) warning(line);
        long tiles = segmenter.CountTiles(image.Size);
        TiledSegmentation found = await segmenter.SegmentAsync(
            image, new TileProgress(progress, tiles), cancellationToken).ConfigureAwait(false);
        writer.Write(source, image, found, cancellationToken);
        Count(found.Instances.Count, found.Timings);
    }

    private sealed class TileProgress(IProgress<WorkProgress> progress, long tiles) : IProgress<int>
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public void Report(int value)
        {
            if (tiles < 2) return;
            TimeSpan time = Stopwatch.GetElapsedTime(_start);
            progress.Report(new WorkProgress("tiles", value, tiles) { Remaining = time / value * (tiles - value) });
        }
    }
}
