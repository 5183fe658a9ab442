using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>The IoU of all detections of an image with all its objects, whatever their classes.</summary>
internal sealed class ImageOverlaps
{
    private readonly double[] _ious;
    private readonly int _objectCount;

    private ImageOverlaps(int[] detections, int[] objects, double[] ious) =>
        (Detections, Objects, _ious, _objectCount) = (detections, objects, ious, objects.Length);

    /// <summary>The detections that count, by descending score, as places in the match table.</summary>
    public int[] Detections { get; }

    /// <summary>The objects, crowds included, as indices of their columns.</summary>
    public int[] Objects { get; }

    /// <summary>An IoU by places in <see cref="Detections"/> and <see cref="Objects"/>; with a crowd, the share of the detection.</summary>
    public double this[int detection, int @object] => _ious[(detection * _objectCount) + @object];

    /// <summary>Compares everything in an image.</summary>
    public static ImageOverlaps Of(Matching matching, int image, ReadOnlySpan<int> places, ReadOnlySpan<int> objects)
    {
        List<int> counting = [];
        foreach (int place in places)
        {
            if (matching.Counts(place))
            {
                counting.Add(place);
            }
        }

        int[] detections = [.. counting.OrderByDescending(place => matching.Table.Scores[place])];
        int[] groundTruths = objects.ToArray();
        bool[] crowd = [.. groundTruths.Select(o => matching.Objects.Crowd[o])];
        int[] rows = [.. detections.Select(place => matching.Table.Detections[place])];
        return new ImageOverlaps(detections, groundTruths, Compare(matching, image, rows, groundTruths, crowd));
    }

    private static double[] Compare(Matching matching, int image, int[] detections, int[] objects, bool[] crowd)
    {
        if (!matching.Options.ComparesMasks)
        {
            BoxXywh[] found = [.. detections.Select(d => matching.Detections.Boxes[d])];
            BoxXywh[] boxes = [.. objects.Select(o => matching.Objects.Boxes[o])];
            return MaskIoU.Matrix(found.AsSpan(), boxes.AsSpan(), crowd);
        }

        ImageSize size = new(matching.Images[image].Width, matching.Images[image].Height);
        Rle[] masks = [.. detections.Select(d => Decode(matching.Detections.Masks[d], size))];
        Rle[] groundTruths = [.. objects.Select(o => Decode(matching.Objects.Masks[o], size))];
        double[] ious = MaskIoU.Matrix(masks, groundTruths, crowd);
        if (matching.Options.IouType == IouType.Boundary)
        {
            double ratio = matching.Options.BoundaryRatio;
            double[] edges = MaskIoU.Matrix(
                [.. masks.Select(m => m.Boundary(ratio))], [.. groundTruths.Select(m => m.Boundary(ratio))], crowd);
            for (int i = 0; i < ious.Length; i++)
            {
                if (!crowd[i % crowd.Length]) ious[i] = Math.Min(ious[i], edges[i]);
            }
        }

        return ious;
    }

    private static Rle Decode(StoredMask mask, ImageSize size) => mask.ToSegmentation()!.ToRle(size.Height, size.Width);
}
