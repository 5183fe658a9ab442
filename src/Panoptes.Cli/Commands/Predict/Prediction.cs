using System.Diagnostics;
using Panoptes.Cli.Terminal;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Runs a model over many pictures: while the network works, the next pictures are read and the last results written.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="writer">Receives the results.</param>
/// <param name="batchSize">Pictures that the network sees at once.</param>
internal sealed class Prediction(Segmenter segmenter, PredictionWriter writer, int batchSize)
{
    private TimeSpan _load;
    private TimeSpan _preprocess;
    private TimeSpan _network;
    private TimeSpan _post;

    /// <summary>Pictures done.</summary>
    public int Pictures { get; private set; }

    /// <summary>Objects found in them.</summary>
    public int Instances { get; private set; }

    /// <summary>Time by stage.</summary>
    public PredictSeconds Seconds { get; private set; }

    /// <summary>Predicts; when it is cancelled, what is done is written all the same.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="problem">Told a line for each picture that is damaged.</param>
    /// <param name="warning">Told a line for each picture whose reader noticed something.</param>
    /// <param name="progress">Told the number of pictures done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public void Run(
        IReadOnlyList<NamedPicture> pictures,
        Action<string> problem,
        Action<string> warning,
        IProgress<WorkProgress> progress,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Queue<NamedPicture[]> batches = new(pictures.Chunk(batchSize));
        Task<PictureBatch> reading = ReadNext(batches);
        Task writing = Task.CompletedTask;
        int seen = 0;
        // Waiting and not awaiting: libtorch keeps a team of threads for every thread that calls it, so one thread makes all the calls.
        while (seen < pictures.Count && !cancellationToken.IsCancellationRequested)
        {
            PictureBatch batch = reading.GetAwaiter().GetResult();
            reading = ReadNext(batches);
            _load += batch.Time;
            foreach (string line in batch.Problems) problem(line);
            foreach (string line in batch.Warnings) warning(line);
            IReadOnlyList<Segmentation> found = segmenter.Segment([.. batch.Pictures.Select(p => p.Image)], CancellationToken.None);
            writing.GetAwaiter().GetResult();
            writing = Task.Run(() => Write(batch, found), CancellationToken.None);
            Count(found);
            seen += batch.Pictures.Count + batch.Problems.Count;
            progress.Report(Progress(seen, pictures.Count, Stopwatch.GetElapsedTime(start)));
        }

        writing.GetAwaiter().GetResult();
        writer.Finish();
        TimeSpan total = Stopwatch.GetElapsedTime(start);
        Seconds = new PredictSeconds(
            _load.TotalSeconds, _preprocess.TotalSeconds, _network.TotalSeconds, _post.TotalSeconds, total.TotalSeconds);
    }

    private static Task<PictureBatch> ReadNext(Queue<NamedPicture[]> batches) => batches.TryDequeue(out NamedPicture[]? batch)
        ? Task.Run(() => PictureBatch.Load(batch))
        : Task.FromResult(new PictureBatch([], [], [], TimeSpan.Zero));

    private void Write(PictureBatch batch, IReadOnlyList<Segmentation> found)
    {
        foreach (((NamedPicture picture, Image image), Segmentation segmentation) in batch.Pictures.Zip(found))
        {
            writer.Write(picture, image, segmentation);
        }
    }

    private void Count(IReadOnlyList<Segmentation> found)
    {
        Pictures += found.Count;
        Instances += found.Sum(segmentation => segmentation.Instances.Count);
        foreach (SegmentationTimings timings in found.Select(segmentation => segmentation.Timings))
        {
            _preprocess += timings.Preprocess;
            _network += timings.Network;
            _post += timings.Postprocess;
        }
    }

    private static WorkProgress Progress(int done, int total, TimeSpan time) =>
        new("predict", done, total, Output.EvaluationOutput.Rate(done, time.TotalSeconds), time / done * (total - done));
}
