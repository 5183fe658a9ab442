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

    /// <summary>The pixels of stuff and of the objects above; empty for an image without panoptic annotations.</summary>
    public IReadOnlyList<SegmentLabel> Segments { get; init; } = [];

    /// <summary>Brings an image's objects to the input's size; drops those whose box or mask vanishes there.</summary>
    /// <param name="record">The image's record.</param>
    /// <param name="transform">Its size and side in the input.</param>
    /// <param name="resized">The image at the input's size, not mirrored.</param>
    public static TrainingSample Create(ImageRecord record, ImageTransform transform, Image resized)
    {
        ArgumentNullException.ThrowIfNull(record);
        Objects objects = new();
        foreach (ObjectRecord item in record.Objects)
        {
            Box box = transform.Apply(item.Box);
            if (!IsDegenerate(box))
                objects.Add(item.ClassIndex, box, item.MaskAt(transform), item.Polygons);
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
    /// <param name="pixels">The segments' pixels at the input's size, not mirrored.</param>
    internal static TrainingSample Create(ImageRecord record, ImageTransform transform, Image resized, SegmentPixels pixels)
    {
        PanopticRecord panoptic = record.Panoptic!;
        Objects objects = new();
        List<SegmentLabel> labels = new();
        for (int i = 0; i < panoptic.Segments.Count; i++)
        {
            SegmentRecord segment = panoptic.Segments[i];
            Rle mask = pixels.Masks[i];
            Box box = transform.Apply(pixels.Boxes[i]);
            if (segment.IsCrowd || mask.IsEmpty)
                continue;
            if (!segment.IsThing)
            {
                labels.Add(new SegmentLabel(mask, (short)segment.ClassIndex));
            }
            else if (!IsDegenerate(box))
            {
                labels.Add(new SegmentLabel(mask, (short)(panoptic.StuffClasses + objects.Count)));
                objects.Add(segment.ClassIndex, box, transform.Mirror ? mask.FlipHorizontally() : mask, outline: null);
            }
        }
        return objects.ToSample(record, transform, resized, labels);
    }

    private static bool IsDegenerate(Box box) => !(box.Width > DegenerateSide && box.Height > DegenerateSide);

    /// <summary>The objects found so far.</summary>
    private sealed class Objects
    {
        private readonly List<Box> _boxes = [];
        private readonly List<int> _classes = [];
        private readonly List<Rle> _masks = [];
        private readonly List<IReadOnlyList<IReadOnlyList<double>>?> _outlines = [];

        public int Count => _boxes.Count;

        public void Add(int classIndex, Box box, Rle mask, IReadOnlyList<IReadOnlyList<double>>? outline)
        {
            if (mask.IsEmpty)
                return;
            _boxes.Add(box);
            _classes.Add(classIndex);
            _masks.Add(mask);
            _outlines.Add(outline);
        }

        public TrainingSample ToSample(
            ImageRecord record, ImageTransform transform, Image resized, IReadOnlyList<SegmentLabel> segments) =>
            new(record, transform, resized, _boxes, _classes, _masks, _outlines) { Segments = segments };
    }
}
