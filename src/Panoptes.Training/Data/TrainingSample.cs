using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>One picture with its objects, at the network's input size.</summary>
/// <param name="Record">Where it comes from.</param>
/// <param name="Transform">How it got its size and side.</param>
/// <param name="Resized">The picture at the input's size, <em>before</em> mirroring: the batch mirrors while it copies.</param>
/// <param name="Boxes">A box for each object, mirrored and clipped to the input.</param>
/// <param name="Classes">The class index of each object.</param>
/// <param name="Masks">The mask of each object, mirrored; none is empty.</param>
/// <param name="Objects">The annotation of each object, in original coordinates.</param>
public sealed record TrainingSample(
    PictureRecord Record,
    PictureTransform Transform,
    Image Resized,
    IReadOnlyList<Box> Boxes,
    IReadOnlyList<int> Classes,
    IReadOnlyList<Rle> Masks,
    IReadOnlyList<ObjectRecord> Objects)
{
    /// <summary>Side in pixels at or below which a box counts as degenerate and its object is dropped (detectron2's threshold).</summary>
    public const double DegenerateSide = 1e-5;

    /// <summary>Brings a picture's objects to the input's size; drops those whose box or mask vanishes there.</summary>
    /// <param name="record">The picture's record.</param>
    /// <param name="transform">Its size and side in the input.</param>
    /// <param name="resized">The picture at the input's size, not mirrored.</param>
    public static TrainingSample Create(PictureRecord record, PictureTransform transform, Image resized)
    {
        var boxes = new List<Box>(record.Objects.Count);
        var classes = new List<int>(record.Objects.Count);
        var masks = new List<Rle>(record.Objects.Count);
        var objects = new List<ObjectRecord>(record.Objects.Count);
        foreach (ObjectRecord item in record.Objects)
        {
            Box box = transform.Apply(item.Box);
            if (!(box.Width > DegenerateSide && box.Height > DegenerateSide))
                continue;
            Rle mask = item.MaskAt(transform);
            if (mask.IsEmpty)
                continue;
            boxes.Add(box);
            classes.Add(item.ClassIndex);
            masks.Add(mask);
            objects.Add(item);
        }
        return new TrainingSample(record, transform, resized, boxes, classes, masks, objects);
    }
}
