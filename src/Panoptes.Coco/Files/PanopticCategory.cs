using Panoptes.Imaging;

namespace Panoptes.Coco.Files;

/// <summary>A class of a panoptic dataset.</summary>
/// <param name="Id">The id in the file; ids need not be contiguous.</param>
/// <param name="Name">The class's name.</param>
/// <param name="IsThing">Whether its objects are counted one by one (things), or it is amorphous (stuff).</param>
/// <param name="Color">The color that the file gives it, or null.</param>
/// <param name="Supercategory">The name of the group it belongs to, or null.</param>
public sealed record PanopticCategory(long Id, string Name, bool IsThing, Rgb? Color = null, string? Supercategory = null)
{
    /// <summary>
    /// The id as it stands in the file where it is a text, which <see cref="Id"/> then stands for; null where it is an integer.
    /// </summary>
    public string? IdText { get; init; }
}
