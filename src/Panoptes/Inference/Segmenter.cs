using System.Diagnostics;
using System.Diagnostics.Metrics;
using Panoptes.Imaging;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>The front door: an image in, instances out, and the segment of every pixel where the model is a panoptic one.</summary>
/// <remarks>
/// <para>A segmenter keeps no state between calls, so it is as safe for several threads as its network's <see cref="INetwork.Run"/> is.
/// It does not own the network: anyone who made the network disposes it.</para>
/// <para>The meter and the activity source named <see cref="TelemetryName"/> tell the time of each stage and the number of images
/// and instances.</para>
/// </remarks>
public sealed class Segmenter
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string TelemetryName = "Panoptes.Inference";

    private static readonly ActivitySource Activities = new(TelemetryName, ModelCard.LibraryVersion);
    private static readonly Meter Meter = new(TelemetryName, ModelCard.LibraryVersion);
    private static readonly Histogram<double> StageSeconds =
        Meter.CreateHistogram<double>("panoptes.inference.stage.duration", "s", "Time of one stage for one batch.");

    private static readonly Counter<long> ImageCount =
        Meter.CreateCounter<long>("panoptes.inference.images", "{index}", "Images segmented.");

    private static readonly Counter<long> InstanceCount =
        Meter.CreateCounter<long>("panoptes.inference.instances", "{instance}", "Instances found.");

    private readonly INetwork _network;
    private readonly double _minScore;
    private readonly Preprocessor _preprocessor;
    private readonly FcosDecoder _detector;
    private readonly IMaskDecoder? _masks; // null where CIAE's decoder does it all
    private readonly CiaeDecoder? _ciae;
    private readonly PanopticMerger? _merger;

    /// <summary>Prepares segmentation with a network.</summary>
    /// <param name="network">The network; it stays the caller's to dispose.</param>
    /// <param name="options">What to do differently from the model's card; null does nothing differently.</param>
    /// <exception cref="InputException">A value of the card or of the options is not allowed.</exception>
    /// <exception cref="NotSupportedException">The card's method is not known to this version.</exception>
    public Segmenter(INetwork network, SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new SegmenterOptions();
        if (options.MinScore is not (>= 0 and <= 1))
        {
            throw new InputException($"The minimum score is {options.MinScore}; it must lie in 0..1");
        }

        ModelCard card = network.Card;
        Card = card with
        {
            Preprocessing = options.Preprocessing ?? card.Preprocessing,
            Detection = options.Detection ?? card.Detection,
            EmbedMask = options.EmbedMask ?? card.EmbedMask,
            MEInst = options.MEInst ?? card.MEInst,
            Ciae = options.Ciae ?? card.Ciae,
            PanopticMerge = options.PanopticMerge ?? card.PanopticMerge,
        };
        Card.Validate();
        _masks = Card.Method switch
        {
            Method.EmbedMask => new EmbedMaskDecoder(Card.EmbedMask!, Card.Detection),
            Method.MEInst => new MEInstDecoder(Card.MEInst!),
            Method.Ciae => null,
            _ => throw new NotSupportedException(
                $"The model's method {Card.Method} cannot be decoded by Panoptes {ModelCard.LibraryVersion}."),
        };
        _ciae = Card.Method == Method.Ciae ? new CiaeDecoder(Card) : null;
        _merger = _ciae is null && Card.PanopticMerge is { } merge ? new PanopticMerger(merge, Card.StuffClasses) : null;
        _network = network;
        _minScore = options.MinScore;
        _preprocessor = new Preprocessor(Card.Preprocessing);
        _detector = new FcosDecoder(Card.Detection);
    }

    /// <summary>The model's card with the options applied.</summary>
    public ModelCard Card { get; }

    /// <summary>Segments one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public Segmentation Segment(Image image, CancellationToken cancellationToken = default) => Segment([image], cancellationToken)[0];

    /// <summary>
    /// Segments images in one batch. All are padded to the largest, so images of similar shape belong together; how many fit is a
    /// question of memory.
    /// </summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public IReadOnlyList<Segmentation> Segment(IReadOnlyList<Image> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Segment(images, (output, input, index) => Decode(output, input, index, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Segments images whose instances are known, with a model of CIAE: what its embeddings would reach with perfect detections (the
    /// oracle of the paper's Table IV). What the network detects is not looked at; scores are 1.
    /// </summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="known">The instances of each image.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    /// <exception cref="ArgumentException">There are not as many lists as images, or a mask is not of its image's size.</exception>
    /// <exception cref="InvalidOperationException">The model is none of CIAE, its outputs are not what its card promises, or hold
    /// NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public IReadOnlyList<Segmentation> SegmentKnown(
        IReadOnlyList<Image> images, IReadOnlyList<IReadOnlyList<KnownInstance>> known, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(known);
        if (images.Count != known.Count)
        {
            throw new ArgumentException($"{images.Count} images have {known.Count} lists of instances.", nameof(known));
        }

        CiaeDecoder decoder = _ciae ?? throw new InvalidOperationException(
            $"Known instances need a model of {Method.Ciae}; this one's method is {Card.Method}.");
        return Segment(images, Decode, cancellationToken);

        Found Decode(NetworkOutput output, NetworkInput input, int index)
        {
            (PanopticSegmentation segments, IReadOnlyList<Instance> things) =
                decoder.DecodeKnown(output, input, index, known[index], cancellationToken);
            return new Found(things, segments);
        }
    }

    private Segmentation[] Segment(
        IReadOnlyList<Image> images, Func<NetworkOutput, NetworkInput, int, Found> decode, CancellationToken cancellationToken)
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
        (NetworkOutput ran, TimeSpan network) = Timed("network", () => _network.Run(input, cancellationToken));
        using NetworkOutput output = ran;

        SegmentationTimings share = new(preprocess / images.Count, network / images.Count, default);
        Segmentation[] results = new Segmentation[images.Count];
        for (int i = 0; i < results.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int index = i;
            (Found found, TimeSpan post) = Timed("postprocess", () => decode(output, input, index));
            results[i] = new Segmentation(images[i].Width, images[i].Height, found.Instances, share with { Postprocess = post })
            {
                Panoptic = found.Panoptic,
            };
            InstanceCount.Add(found.Instances.Count);
        }

        ImageCount.Add(images.Count);
        return results;
    }

    private Found Decode(NetworkOutput output, NetworkInput input, int index, CancellationToken cancellationToken)
    {
        List<Candidate> detections = Detect(output, input, index);
        if (_ciae is not null)
        {
            (PanopticSegmentation segments, IReadOnlyList<Instance> things) =
                _ciae.Decode(output, input, index, detections, cancellationToken);
            return new Found(things, segments);
        }

        Rle[] masks = _masks!.Decode(output, input, index, detections, cancellationToken);
        List<Instance> instances = new(masks.Length);
        for (int i = 0; i < masks.Length; i++)
        {
            Candidate detection = detections[i];
            ModelClass named = Card.Classes[detection.ClassIndex];
            Box box = input.Images[index].ToOriginal(detection.Box);
            instances.Add(new Instance(detection.ClassIndex, named.Name, named.CategoryId, detection.Score, box, masks[i]));
        }

        return new Found(instances, _merger?.Merge(output, input, index, instances, cancellationToken));
    }

    private List<Candidate> Detect(NetworkOutput output, NetworkInput input, int index)
    {
        int classes = output[OutputNames.ClassLogits(0)].Channels;
        bool classless = Card is { Method: Method.Ciae, Ciae.CategorySource: CategorySource.Embedding } && classes == 1;
        if (classes != Card.Classes.Count && !classless)
        {
            throw new InvalidOperationException($"The network gives {classes} classes, and its card names {Card.Classes.Count}.");
        }

        Candidate[] candidates = [.. _detector.Decode(output, input, index)];
        InputImage size = input.Images[index];
        List<Candidate> detections = [];
        foreach (int kept in NonMaximumSuppression.Select(candidates, Card.Detection.NmsIou, Card.Detection.MaxDetections))
        {
            Candidate candidate = candidates[kept];
            if (candidate.Score >= _minScore && !size.ToOriginal(candidate.Box).IsEmpty)
            {
                detections.Add(candidate);
            }
        }

        return detections;
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

    private readonly record struct Found(IReadOnlyList<Instance> Instances, PanopticSegmentation? Panoptic);
}
