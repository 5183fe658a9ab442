using System.Diagnostics;
using System.Diagnostics.Metrics;
using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>
/// Takes images to results in three stages, all timed: preprocessing, the network, and a decoder for each image. Each stage may run on
/// another thread while the stages before it work on later images.
/// </summary>
/// <param name="network">The network; it stays its owner's to dispose.</param>
/// <param name="preprocessing">How an image becomes the network's input.</param>
internal sealed class SegmentationPipeline(INetwork network, PreprocessingOptions preprocessing)
{
    private static readonly ActivitySource s_activities = new(Segmenter.TelemetryName, ModelCard.LibraryVersion);
    private static readonly Meter s_meter = new(Segmenter.TelemetryName, ModelCard.LibraryVersion);

    // The usual boundaries, 0, 5, 10, ..., are for milliseconds: all stages would lie in one bucket.
    private static readonly Histogram<double> s_stageSeconds = s_meter.CreateHistogram<double>(
        "panoptes.inference.stage.duration",
        "s",
        "Time of one stage for one batch.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });

    private static readonly Counter<long> s_imageCount =
        s_meter.CreateCounter<long>("panoptes.inference.images", "{image}", "Images segmented.");

    private static readonly Counter<long> s_instanceCount =
        s_meter.CreateCounter<long>("panoptes.inference.instances", "{instance}", "Instances found.");

    private readonly Preprocessor _preprocessor = new(preprocessing);

    /// <summary>Segments images, one batch after the other.</summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="decode">Decodes an image, by its place in the batch and among all images.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    public IReadOnlyList<Segmentation> Run(
        IReadOnlyList<Image> images, Func<NetworkOutput, NetworkInput, int, int, DecodedImage> decode, CancellationToken cancellationToken)
    {
        Segmentation[] results = new Segmentation[images.Count];
        foreach (SegmentationBatch batch in Split(images))
        {
            using (batch)
            {
                using Activity? activity = s_activities.StartActivity("segment");
                activity?.SetTag("panoptes.batch", batch.Images.Count);
                Prepare(batch, cancellationToken);
                RunNetwork(batch, cancellationToken);
                Decode(batch, decode, results, cancellationToken);
            }
        }

        return results;
    }

    /// <summary>
    /// Puts together the images that are padded to the same size: in a larger frame than its own an image would come out differently,
    /// since normalization by groups sees the padding too.
    /// </summary>
    public IEnumerable<SegmentationBatch> Split(IReadOnlyList<Image> images) => Enumerable.Range(0, images.Count)
        .GroupBy(i => PaddedSize(images[i]))
        .Select(alike => new SegmentationBatch([.. alike.Select(i => images[i])], [.. alike]));

    /// <summary>Makes the network's input.</summary>
    public void Prepare(SegmentationBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (batch.Input, TimeSpan time) = Timed("preprocess", () => _preprocessor.Prepare(batch.Images, cancellationToken));
        batch.Timings = batch.Timings with { Preprocess = time / batch.Images.Count };
    }

    /// <summary>Runs the network on a prepared batch.</summary>
    public void RunNetwork(SegmentationBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (batch.Output, TimeSpan time) = Timed("network", () => network.Run(batch.Input!, cancellationToken));
        batch.Timings = batch.Timings with { Network = time / batch.Images.Count };
    }

    /// <summary>Decodes what the network gave.</summary>
    /// <param name="batch">The batch, whose network has run.</param>
    /// <param name="decode">Decodes an image, by its place in the batch and among all images.</param>
    /// <param name="results">Takes the results, in the images' places.</param>
    /// <param name="cancellationToken">Stops between images, and within the decoder.</param>
    public static void Decode(
        SegmentationBatch batch,
        Func<NetworkOutput, NetworkInput, int, int, DecodedImage> decode,
        Segmentation[] results,
        CancellationToken cancellationToken)
    {
        for (int place = 0; place < batch.Images.Count; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int inBatch, int image) = (place, batch.Places[place]);
            (DecodedImage found, TimeSpan post) = Timed("postprocess", () => decode(batch.Output!, batch.Input!, inBatch, image));
            ImageSize size = batch.Images[place].Size;
            results[image] = new Segmentation(size.Width, size.Height, found.Instances, batch.Timings with { Postprocess = post })
            {
                Panoptic = found.Panoptic,
            };
            s_instanceCount.Add(found.Instances.Count);
        }

        s_imageCount.Add(batch.Images.Count);
    }

    private ImageSize PaddedSize(Image image)
    {
        (int width, int height) = preprocessing.TargetSize(image.Width, image.Height);
        return new ImageSize(preprocessing.PaddedLength(width), preprocessing.PaddedLength(height));
    }

    private static (T Result, TimeSpan Time) Timed<T>(string stage, Func<T> work)
    {
        using Activity? activity = s_activities.StartActivity(stage);
        long start = Stopwatch.GetTimestamp();
        T result = work();
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        s_stageSeconds.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
        return (result, time);
    }
}
