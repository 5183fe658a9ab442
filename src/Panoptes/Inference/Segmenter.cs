using Panoptes.Imaging;

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

    private readonly SegmentationPipeline _pipeline;
    private readonly IImageDecoder _decoder;

    /// <summary>Prepares segmentation with a network.</summary>
    /// <param name="network">The network; it stays the caller's to dispose.</param>
    /// <param name="options">What to do differently from the model's card; null does nothing differently.</param>
    /// <exception cref="InputException">A value of the card or of the options is not allowed, or the options are those of another
    /// method.</exception>
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
            MethodOptions = options.MethodOptions ?? card.MethodOptions,
            Preprocessing = options.Preprocessing ?? card.Preprocessing,
            Detection = options.Detection ?? card.Detection,
            PanopticMerge = options.PanopticMerge ?? card.PanopticMerge,
        };
        Card.Validate();
        if (Card.Method != card.Method)
        {
            throw new InputException($"The method's options are those of {Card.Method}; the model's method is {card.Method}");
        }

        _pipeline = new SegmentationPipeline(network, Card.Preprocessing);
        _decoder = Card.MethodOptions.CreateDecoder(Card, options.MinScore);
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
        return _pipeline.Run(
            images, (output, input, place, _) => _decoder.Decode(output, input, place, cancellationToken), cancellationToken);
    }
}
