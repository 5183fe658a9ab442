using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.View;

/// <summary>An object with the color that it was drawn in.</summary>
internal readonly record struct DrawnObject(ViewObject Object, Rgb Color);
