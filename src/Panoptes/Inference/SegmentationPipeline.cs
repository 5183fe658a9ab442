using System.Diagnostics;
using System.Diagnostics.Metrics;
using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>Takes images to results: preprocessing, the network, and a decoder for each image, all timed.</summary>
/// <param name="network">The network; it stays its owner's to dispose.</param>
/// <param name="preprocessing">How an image becomes the network's input.</param>
internal sealed class SegmentationPipeline(INetwork network, PreprocessingOptions preprocessing)
{
    private static readonly ActivitySource s_activities = new(Segmenter.TelemetryName, ModelCard.LibraryVersion);
    private static readonly Meter s_meter = new(Segmenter.TelemetryName, ModelCard.LibraryVersion);
    private static readonly Histogram<double> s_stageSeconds =
        s_meter.CreateHistogram<double>("panoptes.inference.stage.duration", "s", "Time of one stage for one batch.");

    private static readonly Counter<long> s_imageCount =
        s_meter.CreateCounter<long>("panoptes.inference.images", "{image}", "Images segmented.");

    private static readonly Counter<long> s_instanceCount =
        s_meter.CreateCounter<long>("panoptes.inference.instances", "{instance}", "Instances found.");

    private readonly Preprocessor _preprocessor = new(preprocessing);

    /// <summary>
    /// Segments images. Those that are padded to the same size go through the network together: in a larger frame than its own an image
    /// would come out differently, since normalization by groups sees the padding too.
    /// </summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="decode">Decodes an image, by its place in the batch and among all images.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    public IReadOnlyList<Segmentation> Run(
        IReadOnlyList<Image> images, Func<NetworkOutput, NetworkInput, int, int, DecodedImage> decode, CancellationToken cancellationToken)
    {
        Segmentation[] results = new Segmentation[images.Count];
        foreach (IGrouping<ImageSize, int> alike in Enumerable.Range(0, images.Count).GroupBy(i => PaddedSize(images[i])))
        {
            RunBatch(images, [.. alike], decode, results, cancellationToken);
        }

        return results;
    }

    private ImageSize PaddedSize(Image image)
    {
        (int width, int height) = preprocessing.TargetSize(image.Width, image.Height);
        return new ImageSize(preprocessing.PaddedLength(width), preprocessing.PaddedLength(height));
    }

    private void RunBatch(
        IReadOnlyList<Image> images,
        int[] batch,
        Func<NetworkOutput, NetworkInput, int, int, DecodedImage> decode,
        Segmentation[] results,
        CancellationToken cancellationToken)
    {
        using Activity? activity = s_activities.StartActivity("segment");
        activity?.SetTag("panoptes.batch", batch.Length);

        (NetworkInput made, TimeSpan preprocess) =
            Timed("preprocess", () => _preprocessor.Prepare([.. batch.Select(i => images[i])], cancellationToken));
        using NetworkInput input = made;
        cancellationToken.ThrowIfCancellationRequested();
        (NetworkOutput ran, TimeSpan inNetwork) = Timed("network", () => network.Run(input, cancellationToken));
        using NetworkOutput output = ran;

        SegmentationTimings share = new(preprocess / batch.Length, inNetwork / batch.Length, default);
        for (int place = 0; place < batch.Length; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int inBatch, int image) = (place, batch[place]);
            (DecodedImage found, TimeSpan post) = Timed("postprocess", () => decode(output, input, inBatch, image));
            results[image] = new Segmentation(images[image].Width, images[image].Height, found.Instances, share with { Postprocess = post })
            {
                Panoptic = found.Panoptic,
            };
            s_instanceCount.Add(found.Instances.Count);
        }

        s_imageCount.Add(batch.Length);
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
