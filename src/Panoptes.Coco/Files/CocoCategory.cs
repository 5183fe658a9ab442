namespace Panoptes.Coco.Files;

/// <summary>A class of objects in a COCO dataset.</summary>
/// <param name="Id">The id in the file, or <see cref="CocoId.Of"/> it where it is a text; ids need not be contiguous.</param>
/// <param name="Name">The class's name.</param>
/// <param name="Supercategory">The name of the group it belongs to, or null.</param>
public sealed record CocoCategory(long Id, string Name, string? Supercategory = null)
{
    /// <summary>
    /// The id as it stands in the file where it is a text, which <see cref="Id"/> then stands for; null where it is an integer.
    /// </summary>
    public string? IdText { get; init; }

    /// <summary>How often it occurs, in LVIS: <c>r</c> (rare), <c>c</c> (common) or <c>f</c> (frequent); null elsewhere.</summary>
    public string? Frequency { get; init; }
}
