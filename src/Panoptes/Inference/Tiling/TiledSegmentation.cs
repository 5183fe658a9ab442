using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>What was found in an image by its tiles. Memory grows with what is in the image, not with its pixels.</summary>
/// <param name="Width">Width of the image, in pixels.</param>
/// <param name="Height">Height of the image, in pixels.</param>
/// <param name="Instances">The objects by falling score, with masks of the image's size.</param>
/// <param name="Timings">The time of all tiles together; stages overlap, so it is more than what passed.</param>
/// <param name="Tiles">How many tiles the network saw, the whole image included where it was seen too.</param>
public sealed record TiledSegmentation(
    int Width, int Height, IReadOnlyList<Instance> Instances, SegmentationTimings Timings, int Tiles)
{
    /// <summary>Every segment with its pixels, by rising id from 1; null for a model that finds only instances.</summary>
    public IReadOnlyList<SegmentMask>? Segments { get; init; }

    /// <summary>Width and height.</summary>
    public ImageSize Size => new(Width, Height);

    /// <summary>The segments' ids for each pixel, row by row; 0 is void.</summary>
    /// <exception cref="InvalidOperationException">The model finds only instances.</exception>
    public LabelRows OpenLabels() => new SegmentRows(
        Size, Segments ?? throw new InvalidOperationException("The model finds only instances; there are no labels."));

    /// <summary>The same with the map of labels as a whole, 4 bytes a pixel.</summary>
    /// <exception cref="InputException">The map is too large for memory.</exception>
    public Segmentation ToSegmentation()
    {
        Segmentation whole = new(Width, Height, Instances, Timings);
        if (Segments is null) return whole;
        if (Size.Pixels > Array.MaxLength)
            throw InputException.InContent(null, $"A map of {Size} labels is too large for memory.", InputErrorKind.TooLarge);
        LabelMap labels = new(Size);
        foreach (SegmentMask part in Segments)
        {
            foreach (ColumnRun run in part.Mask.EnumerateColumnRuns())
            {
                for (int y = run.Top; y < run.Bottom; y++) labels.Row(y)[run.X] = part.Segment.Id;
            }
        }

        return whole with { Panoptic = new PanopticSegmentation(labels, [.. Segments.Select(s => s.Segment)]) };
    }
}
