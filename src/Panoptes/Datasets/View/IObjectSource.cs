using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Datasets.View;

/// <summary>The objects of pictures: annotated or predicted. Used by several threads at once.</summary>
internal interface IObjectSource
{
    /// <summary>The objects of a picture, without their masks.</summary>
    /// <param name="image">The picture's place.</param>
    IEnumerable<ViewObject> ObjectsOf(int image);

    /// <summary>The masks of a picture's objects; null for an object without one.</summary>
    /// <param name="image">The picture's place.</param>
    /// <param name="objects">The objects, all or some of them.</param>
    /// <param name="size">The picture's size.</param>
    /// <param name="shown">The size in which masks are wanted.</param>
    /// <exception cref="InputException">A mask is malformed, or a file with masks cannot be read.</exception>
    Rle?[] MasksOf(int image, IReadOnlyList<ViewObject> objects, ImageSize size, ImageSize shown);
}
