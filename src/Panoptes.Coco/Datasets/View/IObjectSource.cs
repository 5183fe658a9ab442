using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.View;

/// <summary>The objects of images: annotated or predicted. Used by several threads at once.</summary>
internal interface IObjectSource
{
    /// <summary>The objects of an image, without their masks.</summary>
    /// <param name="image">The image's place.</param>
    IEnumerable<ViewObject> ObjectsOf(int image);

    /// <summary>The masks of an image's objects; null for an object without one.</summary>
    /// <param name="image">The image's place.</param>
    /// <param name="objects">The objects, all or some of them.</param>
    /// <param name="size">The image's size.</param>
    /// <param name="shown">The size in which masks are wanted.</param>
    /// <exception cref="InputException">A mask is malformed, or a file with masks cannot be read.</exception>
    Rle?[] MasksOf(int image, IReadOnlyList<ViewObject> objects, ImageSize size, ImageSize shown);
}
