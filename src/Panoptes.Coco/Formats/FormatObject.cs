using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats;

/// <summary>An object as a format's reader found it.</summary>
/// <param name="ClassName">Its class.</param>
/// <param name="Outline">Its outline or mask; null where there is only a box.</param>
/// <param name="Box">Its box where there is no outline.</param>
/// <param name="IsCrowd">Whether it is a crowd.</param>
internal sealed record FormatObject(string ClassName, CocoSegmentation? Outline, BoxXywh? Box = null, bool IsCrowd = false)
{
    /// <summary>The file and the object's place in it, for messages.</summary>
    public string? Place { get; init; }
}
