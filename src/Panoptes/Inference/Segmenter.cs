using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>The front door: an image in, instances out, and the segment of every pixel where the model is a panoptic one.</summary>
/// <remarks>
/// <para>A segmenter keeps no state between calls, so it is as safe for several threads as its network's <see cref="INetwork.Run"/> is.
/// <c>SegmentAsync</c> runs the network on one thread of the segmenter's own: calls from many threads wait for each other there, and not
/// in the thread pool.</para>
/// <para>The meter and the activity source named <see cref="TelemetryName"/> tell the time of each stage and the number of images
/// and instances.</para>
/// </remarks>
/// <example><code>
/// using Segmenter segmenter = Segmenter.Load("model.onnx", new SegmenterOptions { MinScore = 0.3 });
/// Image image = Image.Load("photo.jpg");
/// Segmentation found = segmenter.Segment(image);
/// foreach (Instance instance in found.Instances) Console.WriteLine($"{instance.ClassName} {instance.Score:0.00} {instance.Box}");
/// Overlay.Draw(image, found).Save("found.png");
/// </code></example>
public sealed class Segmenter : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string TelemetryName = "Panoptes.Inference";

    private readonly INetwork _network;
    private readonly bool _ownsNetwork;
    private readonly SegmentationPipeline _pipeline;
    private readonly IImageDecoder _decoder;
    private readonly Lazy<WorkThread> _thread = new(() => new WorkThread("Panoptes network"));

    /// <summary>Prepares segmentation with a network that is shared, or opened with options of its own.</summary>
    /// <param name="network">The network; it stays the caller's to dispose.</param>
    /// <param name="options">What to do differently from the model's card; null does nothing differently.</param>
    /// <exception cref="InputException">A value of the card or of the options is not allowed, or the options are those of another
    /// method.</exception>
    public Segmenter(INetwork network, SegmenterOptions? options = null)
        : this(network, options, ownsNetwork: false)
    {
    }

    private Segmenter(INetwork network, SegmenterOptions? options, bool ownsNetwork)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new SegmenterOptions();
        if (options.MinScore is not (>= 0 and <= 1))
        {
            throw InputException.ForSetting(null, $"The minimum score is {options.MinScore}; it must lie in 0..1");
        }

        ModelCard card = network.Card;
        Card = card with
        {
            MethodOptions = options.MethodOptions ?? card.MethodOptions,
            Preprocessing = options.Preprocessing ?? card.Preprocessing,
            Detection = options.Detection ?? card.Detection,
            PanopticMerge = options.PanopticMerge ?? card.PanopticMerge,
        };
        Card.Validate();
        if (Card.Method != card.Method)
        {
            throw InputException.ForSetting(null, $"The method's options are those of {Card.Method}; the model's method is {card.Method}");
        }

        _network = network;
        _ownsNetwork = ownsNetwork;
        _pipeline = new SegmentationPipeline(network, Card.Preprocessing);
        _decoder = Card.MethodOptions.CreateDecoder(Card, options.MinScore);
        MinScore = options.MinScore;
    }

    /// <summary>
    /// Opens a model, on the CPU: an exported one (ONNX) by ONNX Runtime, a trained one (safetensors) by libtorch where the application
    /// references the package Panoptes.Training. The content decides which it is, not the name. For another device open the network itself,
    /// for example with <see cref="Onnx.OnnxNetwork.Load(string, Onnx.OnnxOptions?)"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What to do differently from the model's card; null does nothing differently.</param>
    /// <returns>A segmenter that owns its network: dispose it.</returns>
    /// <exception cref="InputException">The file is missing, damaged or of another kind, which the message names, or a value of the options
    /// is not allowed.</exception>
    /// <exception cref="NotSupportedException">The model is a trained one, and Panoptes.Training is not there.</exception>
    /// <exception cref="DllNotFoundException">The engine's native library is not there; the message names the package.</exception>
    public static Segmenter Load(string path, SegmenterOptions? options = null) => Own(ModelOpener.Open(path), options);

    /// <summary>Opens a model from a stream; see <see cref="Load(string, SegmenterOptions?)"/>.</summary>
    /// <param name="stream">The model's file, from the stream's position to its end. The stream stays open.</param>
    /// <param name="options">What to do differently from the model's card; null does nothing differently.</param>
    /// <returns>A segmenter that owns its network: dispose it.</returns>
    /// <inheritdoc cref="Load(string, SegmenterOptions?)" path="/exception"/>
    public static Segmenter Load(Stream stream, SegmenterOptions? options = null) => Own(ModelOpener.Open(stream), options);

    /// <summary>The model's card with the options applied.</summary>
    public ModelCard Card { get; }

    /// <summary>The network, for a further segmenter with other options on it. It ends with the segmenter that <c>Load</c> gave.</summary>
    public INetwork Network => _network;

    /// <summary>Instances with a lower score are skipped.</summary>
    internal double MinScore { get; }

    /// <summary>Segments one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public Segmentation Segment(Image image, CancellationToken cancellationToken = default) => Segment([image], cancellationToken)[0];

    /// <summary>
    /// Segments images, those of alike size in one batch each: a result never depends on the other images. How many fit is a question of
    /// memory.
    /// </summary>
    /// <param name="images">The images; none gives none.</param>
    /// <param name="cancellationToken">Stops between stages, and within those that can be stopped.</param>
    /// <returns>One result for each image, in order.</returns>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public IReadOnlyList<Segmentation> Segment(IReadOnlyList<Image> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return _pipeline.Run(images, Decode(cancellationToken), cancellationToken);
    }

    /// <summary>Segments one image without blocking the caller.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the wait for the calls before, and the work between stages and within those that can be
    /// stopped.</param>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public Task<Segmentation> SegmentAsync(Image image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return _thread.Value.Start(() => Segment(image, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Segments a stream of images: while the network works on some, the next ones are fetched and prepared, and the results of the ones
    /// before are decoded. A few batches are under way at any time, never all images.
    /// </summary>
    /// <param name="images">The images, for example read from files one by one.</param>
    /// <param name="batchSize">How many are fetched before the network sees them; those of alike size go through it together. At least 1,
    /// the default.</param>
    /// <param name="cancellationToken">Stops the work; to finish what is under way, end <paramref name="images"/> instead.</param>
    /// <returns>One result for each image, in order, as soon as it is there.</returns>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public IAsyncEnumerable<Segmentation> SegmentAsync(
        IAsyncEnumerable<Image> images, int batchSize = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return SegmentStreamAsync(images, batchSize, cancellationToken);
    }

    /// <summary>Ends the segmenter's thread once its work is done, and disposes the network where <c>Load</c> opened it.</summary>
    public void Dispose()
    {
        if (_thread.IsValueCreated) _thread.Value.Dispose();
        if (_ownsNetwork) _network.Dispose();
    }

    private static Segmenter Own(INetwork network, SegmenterOptions? options)
    {
        try
        {
            return new Segmenter(network, options, ownsNetwork: true);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private Func<NetworkOutput, NetworkInput, int, int, DecodedImage> Decode(CancellationToken cancellationToken) =>
        (output, input, place, _) => _decoder.Decode(output, input, place, cancellationToken);

    private async IAsyncEnumerable<Segmentation> SegmentStreamAsync(
        IAsyncEnumerable<Image> images, int batchSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        SegmentationStream stream = new(_pipeline, _thread.Value, Decode(stop.Token), stop.Token);
        ChannelReader<IReadOnlyList<Segmentation>> results = stream.Start(images, batchSize);
        try
        {
            await foreach (IReadOnlyList<Segmentation> found in results.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (Segmentation segmentation in found) yield return segmentation;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false); // anyone who stops to ask for results stops the work
            await stream.WaitAsync().ConfigureAwait(false);
        }
    }
}
