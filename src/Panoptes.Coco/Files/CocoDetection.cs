using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>An object that a model found: one entry of a COCO results file.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="CategoryId">The class, by the dataset's id.</param>
/// <param name="Bbox">The box in pixels, or null where only a mask is given.</param>
/// <param name="Score">The model's confidence; only its order matters.</param>
/// <param name="Mask">The mask in the image's own size, or null where only a box is given.</param>
public sealed record CocoDetection(long ImageId, long CategoryId, BoxXywh? Bbox, double Score, Rle? Mask = null)
{
    /// <summary>The box by its edges, taken from the mask where no box is given.</summary>
    public Box Box => Bbox?.ToBox() ?? Mask?.Bounds ?? default;
}
