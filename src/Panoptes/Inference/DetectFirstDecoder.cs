using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>
/// Decodes the methods that detect first: boxes, a mask for each, and with a semantic head both merged into a panoptic result.
/// </summary>
/// <remarks>It keeps no state: one serves any number of threads.</remarks>
internal sealed class DetectFirstDecoder : IImageDecoder
{
    private readonly IReadOnlyList<ModelClass> _classes;
    private readonly FcosDetector _detector;
    private readonly IMaskDecoder _masks;
    private readonly PanopticMerger? _merger;

    /// <summary>Prepares the decoding.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="minScore">Detections with a lower score get no mask; 0..1.</param>
    /// <param name="masks">The method's way from a box to a mask.</param>
    public DetectFirstDecoder(ModelCard card, double minScore, IMaskDecoder masks)
    {
        _classes = card.Classes;
        _detector = new FcosDetector(card, minScore);
        _masks = masks;
        _merger = card.PanopticMerge is { } merge ? new PanopticMerger(merge, card.StuffClasses) : null;
    }

    /// <inheritdoc/>
    public DecodedImage Decode(NetworkOutput output, NetworkInput input, int index, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Candidate> detections = _detector.Detect(output, input, index);
        Rle[] masks = _masks.Decode(output, input, index, detections, cancellationToken);
        Instance[] instances = [.. detections.Zip(masks, Found)];
        return new DecodedImage(instances, _merger?.Merge(output, input, index, instances, cancellationToken));

        Instance Found(Candidate detection, Rle mask)
        {
            ModelClass named = _classes[detection.ClassIndex];
            Box box = input.Images[index].ToOriginal(detection.Box);
            return new Instance(detection.ClassIndex, named.Name, named.CategoryId, detection.Score, box, mask);
        }
    }
}
