using Panoptes.Imaging;

namespace Panoptes.Datasets.Formats;

/// <summary>A picture as a format's reader found it.</summary>
/// <param name="FileName">The picture, relative to its folder.</param>
/// <param name="Size">Its size.</param>
/// <param name="Objects">The objects in it.</param>
internal sealed record FormatPicture(string FileName, ImageSize Size, IReadOnlyList<FormatObject> Objects);
