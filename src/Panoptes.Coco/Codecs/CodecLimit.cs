using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>
/// What a codec allows: the AP of a network that finds every object with its exact box and predicts its numbers without an error. What
/// small squares, few numbers and pasting lose is all that is lost.
/// </summary>
internal static class CodecLimit
{
    /// <summary>Scores the ground truth, encoded, decoded and pasted, against itself.</summary>
    /// <param name="codec">The codec; one by class must know the dataset's classes.</param>
    /// <param name="dataset">The objects, loaded with masks.</param>
    /// <param name="threshold">The value from which a pixel belongs to a mask; above 0 and below 1.</param>
    /// <param name="cancellationToken">Stops between objects.</param>
    /// <returns>AP of masks, areas by mask.</returns>
    /// <exception cref="InputException">A mask is malformed.</exception>
    public static ApResult Measure(
        MaskCodec codec, InstanceDataset dataset, double threshold = 0.5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(dataset);
        ApOptions options = new() { IouType = IouType.Segm, DetectionArea = DetectionArea.Mask };
        return new AveragePrecision(dataset, options).Evaluate(Detections(codec, dataset, threshold, cancellationToken));
    }

    /// <summary>Every object that is not a crowd, as a detection with the score 1.</summary>
    private static CocoDetection[] Detections(
        MaskCodec codec, InstanceDataset dataset, double threshold, CancellationToken cancellationToken)
    {
        CocoAnnotation[] objects = [.. dataset.Annotations.Where(a => !a.IsCrowd && a.Segmentation is not null)];
        MaskSet masks = MaskSet.Of(dataset, codec.Size); // of the same objects, in the same order
        CocoDetection[] detections = new CocoDetection[objects.Length];
        Parallel.For(
            0,
            objects.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (
                Code: new float[codec.Dimension],
                Square: new float[codec.Size * codec.Size]),
            (i, _, own) =>
            {
                CocoAnnotation groundTruth = objects[i];
                CocoImage image = dataset.Images[dataset.IndexOfImage(groundTruth.ImageId)];
                (byte[] pixels, int place) = masks.Mask(i);
                codec.Encode(pixels, own.Code, place);
                codec.Decode(own.Code, own.Square, place);
                ImageSize size = groundTruth.Segmentation!.Rle?.Size ?? new(image.Width, image.Height);
                Rle mask = codec.Paste(own.Square, groundTruth.Box.Clip(size.Width, size.Height), size, threshold);
                detections[i] = new CocoDetection(groundTruth.ImageId, groundTruth.CategoryId, BoxXywh.FromBox(groundTruth.Box), 1, mask);
                return own;
            },
            _ => { });
        return detections;
    }
}
