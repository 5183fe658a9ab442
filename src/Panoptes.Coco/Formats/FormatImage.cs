using Panoptes.Imaging;

namespace Panoptes.Coco.Formats;

/// <summary>An image as a format's reader found it.</summary>
/// <param name="FileName">The image, relative to its folder.</param>
/// <param name="Size">Its size.</param>
/// <param name="Objects">The objects in it.</param>
internal sealed record FormatImage(string FileName, ImageSize Size, IReadOnlyList<FormatObject> Objects);
