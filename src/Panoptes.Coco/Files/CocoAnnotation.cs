using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>An object in an image of a COCO dataset.</summary>
/// <param name="Id">The annotation's id in the file.</param>
/// <param name="ImageId">The image it is in.</param>
/// <param name="CategoryId">Its class, by the id in the file.</param>
/// <param name="Bbox">Its box as the file writes it, in pixels.</param>
/// <param name="Area">Its area as the file states it, in square pixels: AP sorts objects into small, medium and large by it.</param>
/// <param name="IsCrowd">True for a region of many objects that were not annotated one by one.</param>
/// <param name="Segmentation">Its mask; null where masks were not loaded or the file has none.</param>
public sealed record CocoAnnotation(
    long Id, long ImageId, long CategoryId, BoxXywh Bbox, double Area, bool IsCrowd, CocoSegmentation? Segmentation)
{
    /// <summary>The box by its edges.</summary>
    public Box Box => Bbox.ToBox();

    /// <summary>The mask in an image of the given size.</summary>
    /// <param name="height">The image's rows.</param>
    /// <param name="width">The image's columns.</param>
    /// <exception cref="InvalidOperationException">The annotation has no mask.</exception>
    /// <exception cref="InputException">The mask was made for an image of another size.</exception>
    public Rle ToRle(int height, int width) =>
        (Segmentation ?? throw new InvalidOperationException($"Annotation {Id} has no mask.")).ToRle(height, width);
}
