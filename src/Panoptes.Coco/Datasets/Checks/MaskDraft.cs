using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A segmentation as it stands in the file, right or wrong.</summary>
internal sealed class MaskDraft
{
    /// <summary>Whether there is one at all; <c>null</c> and <c>[]</c> are none.</summary>
    public bool Exists { get; set; }

    /// <summary>What is wrong with the whole of it, or null.</summary>
    public string? Wrong { get; set; }

    /// <summary>The polygons that can be drawn.</summary>
    public List<double[]> Polygons { get; } = [];

    /// <summary>What is wrong with each of the others.</summary>
    public List<string> WrongPolygons { get; } = [];

    /// <summary>Whether one of them is more than a line: then the missing part of the mask is unknown.</summary>
    public bool IsUnclear { get; set; }

    /// <summary>Whether the list of polygons was missing around a single one.</summary>
    public bool IsBare { get; set; }

    /// <summary>The run lengths, or null if there are none.</summary>
    public Rle? Rle { get; set; }

    /// <summary>Forgets everything, to be used for the next annotation.</summary>
    public void Clear()
    {
        (Exists, Wrong, IsUnclear, IsBare, Rle) = (false, null, false, false, null);
        Polygons.Clear();
        WrongPolygons.Clear();
    }
}
