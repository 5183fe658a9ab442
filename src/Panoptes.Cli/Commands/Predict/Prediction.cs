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

    /// <summary>Predicts; when it is cancelled, what is done is written all the same.</summary>
    /// <param name="images">The images.</param>
    /// <param name="problem">Told a line for each image that is damaged.</param>
    /// <param name="warning">Told a line for each image whose reader noticed something.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public void Run(
        IReadOnlyList<NamedImage> images,
        Action<string> problem,
        Action<string> warning,
        IProgress<WorkProgress> progress,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Queue<NamedImage[]> batches = new(images.Chunk(batchSize));
        Task<ImageBatch> reading = ReadNext(batches);
        Task writing = Task.CompletedTask;
        int seen = 0;
        // Waiting and not awaiting: libtorch keeps a team of threads for every thread that calls it, so one thread makes all the calls.
        while (seen < images.Count && !cancellationToken.IsCancellationRequested)
        {
            ImageBatch batch = reading.GetAwaiter().GetResult();
            reading = ReadNext(batches);
            _load += batch.Time;
            foreach (string line in batch.Problems) problem(line);
            foreach (string line in batch.Warnings) warning(line);
            IReadOnlyList<Segmentation> found = segmenter.Segment([.. batch.Images.Select(p => p.Image)], CancellationToken.None);
            writing.GetAwaiter().GetResult();
            writing = Task.Run(() => Write(batch, found), CancellationToken.None);
            Count(found);
            seen += batch.Images.Count + batch.Problems.Count;
            progress.Report(Progress(seen, images.Count, Stopwatch.GetElapsedTime(start)));
        }

        writing.GetAwaiter().GetResult();
        writer.Finish();
        TimeSpan total = Stopwatch.GetElapsedTime(start);
        Seconds = new PredictSeconds(
            _load.TotalSeconds, _preprocess.TotalSeconds, _network.TotalSeconds, _post.TotalSeconds, total.TotalSeconds);
    }

    private Task<ImageBatch> ReadNext(Queue<NamedImage[]> batches) => batches.TryDequeue(out NamedImage[]? batch)
        ? Task.Run(() => ImageBatch.Load(batch, Decoding))
        : Task.FromResult(new ImageBatch([], [], [], TimeSpan.Zero));

    private void Write(ImageBatch batch, IReadOnlyList<Segmentation> found)
    {
        foreach (((NamedImage named, Image image), Segmentation segmentation) in batch.Images.Zip(found))
        {
            writer.Write(named, image, segmentation);
        }
    }

    private void Count(IReadOnlyList<Segmentation> found)
    {
        Images += found.Count;
        Instances += found.Sum(segmentation => segmentation.Instances.Count);
        foreach (SegmentationTimings timings in found.Select(segmentation => segmentation.Timings))
        {
            _preprocess += timings.Preprocess;
            _network += timings.Network;
            _post += timings.Postprocess;
        }
    }

    private static WorkProgress Progress(int done, int total, TimeSpan time) =>
        new("predict", done, total)
        {
            Figures = [Output.EvaluationOutput.Rate(done, time.TotalSeconds)],
            Remaining = time / done * (total - done),
        };
}
