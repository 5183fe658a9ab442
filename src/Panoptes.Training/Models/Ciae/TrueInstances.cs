using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// The annotated things of images in place of detected ones: their boxes, classes and masks, whose mean embeddings are their queries (the
/// oracle of CIAE's Table IV).
/// </summary>
internal sealed class TrueInstances
{
    private readonly IReadOnlyList<ImageRecord> _images;
    private readonly IReadOnlyList<ModelClass> _things;
    private readonly IReadOnlyList<ModelClass> _stuff;
    private readonly Dictionary<long, int> _classes;
    private readonly CiaeOracle _oracle;

    /// <summary>Prepares to read the things of images.</summary>
    /// <param name="data">The images, with panoptic annotations.</param>
    /// <param name="network">The model; it stays the caller's to dispose.</param>
    /// <exception cref="InputException">The model is not a CIAE model, or the images have no panoptic annotations.</exception>
    public TrueInstances(EvaluationData data, INetwork network)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(network);
        ModelCard card = network.Card;
        if (card.Method != Method.Ciae)
        {
            throw InputException.ForSetting(
                null,
                $"the oracle takes true boxes in a model of CIAE, whose pixels go to instances; the model's method is {card.Method}");
        }

        PanopticDataset segments = data.Panoptic
            ?? throw InputException.ForSetting(null, "the oracle needs panoptic annotations: they say which pixels belong to which thing");
        _images = data.ListSegments();
        (_things, _stuff) = (PanopticImages.Things(segments), PanopticImages.Stuff(segments));
        _oracle = new CiaeOracle(network);
        ClassMatch match = ClassMatch.ByName(
            [.. card.Classes.Select(c => (c.CategoryId, c.Name))],
            "the model",
            [.. _things.Select(c => (c.CategoryId, c.Name))],
            "the panoptic annotations");
        _classes = card.Classes.Index().ToDictionary(c => match[c.Item.CategoryId], c => c.Index);
    }

    /// <summary>Segments images in one batch.</summary>
    /// <param name="first">The first image's index in the dataset.</param>
    /// <param name="images">The images from there on.</param>
    /// <param name="cancellationToken">Stops between stages.</param>
    /// <returns>One result for each image, in order.</returns>
    /// <exception cref="InputException">The ground truth of an image cannot be read.</exception>
    public IReadOnlyList<Segmentation> Segment(int first, IReadOnlyList<Image> images, CancellationToken cancellationToken = default) =>
        _oracle.Segment(images, [.. images.Select((image, i) => ListOf(first + i, image))], cancellationToken);

    /// <summary>Reads the things of an image; crowds, and classes that the model does not have, are not among them.</summary>
    /// <param name="index">Its index among the images.</param>
    /// <param name="image">The image.</param>
    /// <returns>The things in the order of the annotations, each with the box around its pixels.</returns>
    /// <exception cref="InputException">The PNG cannot be read, does not have the segments that the JSON states, or is not of the
    /// image's size.</exception>
    public IReadOnlyList<KnownInstance> ListOf(int index, Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ImageRecord record = _images[index];
        PanopticSegmentation groundTruth = PanopticImages.ReadSegments(record, _things, _stuff);
        if ((groundTruth.Labels.Width, groundTruth.Labels.Height) != (image.Width, image.Height))
        {
            throw new InputException(
                InputErrorKind.Invalid, record.Panoptic!.Path, null,
                $"is {groundTruth.Labels.Width}x{groundTruth.Labels.Height}, and its image {record.Path} {image.Size}");
        }

        SortedDictionary<int, Rle> masks = groundTruth.Labels.ToMasks();
        return
        [
            .. groundTruth.Segments
                .Where(segment => segment.IsThing && _classes.ContainsKey(segment.CategoryId))
                .Select(segment => new KnownInstance(_classes[segment.CategoryId], segment.Box, masks[segment.Id])),
        ];
    }
}
