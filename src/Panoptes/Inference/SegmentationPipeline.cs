using System.Diagnostics;
using System.Diagnostics.Metrics;
using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>Takes a batch from images to results: preprocessing, the network, and a decoder for each image, all timed.</summary>
/// <param name="network">The network; it stays its owner's to dispose.</param>
/// <param name="preprocessing">How an image becomes the network's input.</param>
internal sealed class SegmentationPipeline(INetwork network, PreprocessingOptions preprocessing)
{
    private static readonly ActivitySource Activities = new(Segmenter.TelemetryName, ModelCard.LibraryVersion);
    private static readonly Meter Meter = new(Segmenter.TelemetryName, ModelCard.LibraryVersion);
    private static readonly Histogram<double> StageSeconds =
        Meter.CreateHistogram<double>("panoptes.inference.stage.duration", "s", "Time of one stage for one batch.");

    private static readonly Counter<long> ImageCount =
        Meter.CreateCounter<long>("panoptes.inference.images", "{index}", "Images segmented.");

    private static readonly Counter<long> InstanceCount =
        Meter.CreateCounter<long>("panoptes.inference.instances", "{instance}", "Instances found.");

    private readonly Preprocessor _preprocessor = new(preprocessing);

    /// <summary>Segments images in one batch.</summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="decode">Decodes the image of an index.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    public IReadOnlyList<Segmentation> Run(
        IReadOnlyList<Image> images, Func<NetworkOutput, NetworkInput, int, DecodedImage> decode, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
        {
            return [];
        }

        using Activity? activity = Activities.StartActivity("segment");
        activity?.SetTag("panoptes.batch", images.Count);

        (NetworkInput made, TimeSpan preprocess) = Timed("preprocess", () => _preprocessor.Prepare(images, cancellationToken));
        using NetworkInput input = made;
        cancellationToken.ThrowIfCancellationRequested();
        (NetworkOutput ran, TimeSpan inNetwork) = Timed("network", () => network.Run(input, cancellationToken));
        using NetworkOutput output = ran;

        SegmentationTimings share = new(preprocess / images.Count, inNetwork / images.Count, default);
        Segmentation[] results = new Segmentation[images.Count];
        for (int i = 0; i < results.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int index = i;
            (DecodedImage found, TimeSpan post) = Timed("postprocess", () => decode(output, input, index));
            results[i] = new Segmentation(images[i].Width, images[i].Height, found.Instances, share with { Postprocess = post })
            {
                Panoptic = found.Panoptic,
            };
            InstanceCount.Add(found.Instances.Count);
        }

        ImageCount.Add(images.Count);
        return results;
    }

    private static (T Result, TimeSpan Time) Timed<T>(string stage, Func<T> work)
    {
        using Activity? activity = Activities.StartActivity(stage);
        long start = Stopwatch.GetTimestamp();
        T result = work();
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        StageSeconds.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
        return (result, time);
    }
}
