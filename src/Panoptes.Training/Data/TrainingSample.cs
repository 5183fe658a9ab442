using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>One image with its objects, at the network's input size.</summary>
/// <param name="Record">Where it comes from.</param>
/// <param name="Transform">How it got its size and side.</param>
/// <param name="Resized">The image at the input's size, <em>before</em> mirroring: the batch mirrors while it copies.</param>
/// <param name="Boxes">A box for each object, mirrored and clipped to the input.</param>
/// <param name="Classes">The class index of each object.</param>
/// <param name="Masks">The mask of each object, mirrored; none is empty.</param>
/// <param name="Outlines">The polygons of each object in original coordinates; null for one with a mask of pixels.</param>
internal sealed record TrainingSample(
    ImageRecord Record,
    ImageTransform Transform,
    Image Resized,
    IReadOnlyList<Box> Boxes,
    IReadOnlyList<int> Classes,
    IReadOnlyList<Rle> Masks,
    IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>?> Outlines)
{
    /// <summary>Side in pixels at or below which a box counts as degenerate and its object is dropped (detectron2's threshold).</summary>
    public const double DegenerateSide = 1e-5;

    /// <summary>
    /// The part of an object that must stay where its image is cut or it is covered. With less it is dropped: a sliver of an object shows
    /// nothing to learn its class from, and nothing in the losses could ignore it.
    /// </summary>
    public const double LeastVisible = 0.1;

    /// <summary>The pixels of stuff and of the objects above; empty for an image without panoptic annotations.</summary>
    public IReadOnlyList<SegmentLabel> Segments { get; init; } = [];

    /// <summary>Brings an image's objects to the input's size; drops those whose box or mask vanishes there.</summary>
    /// <param name="record">The image's record.</param>
    /// <param name="transform">Its size and side in the input.</param>
    /// <param name="resized">The image at the input's size, not mirrored.</param>
    public static TrainingSample Create(ImageRecord record, ImageTransform transform, Image resized)
    {
        ArgumentNullException.ThrowIfNull(record);
        SampleObjects objects = new();
        foreach (ObjectRecord item in record.Objects)
        {
            Box box = transform.Apply(item.Box);
            if (IsDegenerate(box))
                continue;
            Rle whole = item.MaskAt(transform.Whole);
            objects.Add(item.ClassIndex, box, transform.Cut(whole, transform.Mirror), item.Polygons, whole.Area);
        }
        return objects.ToSample(record, transform, resized, []);
    }

    /// <summary>
    /// Brings an image's segments to the input's size. Things become objects; those that vanish are dropped and crowds skipped, and
    /// their pixels have no label.
    /// </summary>
    /// <param name="record">The image's record, with panoptic annotations.</param>
    /// <param name="transform">Its size and side in the input.</param>
    /// <param name="resized">The image at the input's size, not mirrored.</param>
    /// <param name="pixels">The segments' pixels, of the whole resized image, not mirrored.</param>
    internal static TrainingSample Create(ImageRecord record, ImageTransform transform, Image resized, SegmentPixels pixels)
    {
        PanopticRecord panoptic = record.Panoptic!;
        SampleObjects objects = new();
        List<SegmentLabel> labels = new();
        for (int i = 0; i < panoptic.Segments.Count; i++)
        {
            SegmentRecord segment = panoptic.Segments[i];
            Rle mask = transform.Cut(pixels.Masks[i], mirrored: false);
            Box box = transform.Apply(pixels.Boxes[i]);
            if (segment.IsCrowd || mask.IsEmpty)
                continue;
            if (!segment.IsThing)
            {
                labels.Add(new SegmentLabel(mask, (short)segment.ClassIndex));
                continue;
            }
            Rle shown = transform.Mirror ? mask.FlipHorizontally() : mask;
            if (!IsDegenerate(box) && objects.Add(segment.ClassIndex, box, shown, outline: null, pixels.Masks[i].Area))
                labels.Add(new SegmentLabel(mask, (short)(panoptic.StuffClasses + objects.Count - 1)));
        }
        return objects.ToSample(record, transform, resized, labels);
    }

    private static bool IsDegenerate(Box box) => !(box.Width > DegenerateSide && box.Height > DegenerateSide);
}
