using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>One annotated object of a training image, in the image's own coordinates.</summary>
internal sealed record ObjectRecord
{
    /// <summary>Class index, from 0.</summary>
    public required int ClassIndex { get; init; }

    /// <summary>The annotated box.</summary>
    public required Box Box { get; init; }

    /// <summary>
    /// The outline, each polygon <c>x0, y0, x1, y1, ...</c>; their union is the object. Null when <see cref="Mask"/> is given.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<double>>? Polygons { get; init; }

    /// <summary>The mask at the image's size. Null when <see cref="Polygons"/> is given.</summary>
    public Rle? Mask { get; init; }

    /// <summary>The mask at the network's input size.</summary>
    public Rle MaskAt(ImageTransform transform) => Polygons is null
        ? transform.Apply(Mask ?? throw new InvalidOperationException("an object needs polygons or a mask"))
        : transform.Rasterize(Polygons);
}
