using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>One object found in an image.</summary>
/// <param name="ClassIndex">Index of the class in the model card.</param>
/// <param name="ClassName">Name of the class.</param>
/// <param name="CategoryId">The id that the dataset gives to the class.</param>
/// <param name="Score">Confidence, 0..1.</param>
/// <param name="Box">The box in the image's own pixels, inside of the image.</param>
/// <param name="Mask">The mask at the image's own size. It may be empty, and may reach a few pixels over the box.</param>
public sealed record Instance(int ClassIndex, string ClassName, int CategoryId, float Score, Box Box, Rle Mask)
{
    /// <summary>The mask as polygons, one for each of its regions, for example for a map or a JSON of COCO's form.</summary>
    /// <param name="tolerance">How far an outline may be moved to save corners, in pixels; 0, the default, keeps the mask exactly.</param>
    /// <returns>For each region <c>x0, y0, x1, y1, ...</c> in the image's pixels.</returns>
    public IReadOnlyList<double[]> ToPolygons(double tolerance = 0) => Mask.ToPolygons(tolerance);
}
