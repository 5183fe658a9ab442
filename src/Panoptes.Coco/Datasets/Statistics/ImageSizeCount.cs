using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>How many images have a size.</summary>
/// <param name="Size">The size, in pixels.</param>
/// <param name="Images">The images.</param>
public readonly record struct ImageSizeCount(ImageSize Size, int Images);
