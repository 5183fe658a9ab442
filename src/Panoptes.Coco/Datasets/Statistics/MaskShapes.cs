using Panoptes.Coco.Files;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Collects how masks are written.</summary>
internal sealed class MaskShapes
{
    /// <summary>Masks by form.</summary>
    public MaskForms Forms { get; private set; }

    /// <summary>Outlines of each object that has outlines; crowds are not among them, nor in the corners.</summary>
    public List<double> Polygons { get; } = [];

    /// <summary>Corners of each object's outlines.</summary>
    public List<double> Corners { get; } = [];

    /// <summary>Adds a mask.</summary>
    public void Add(StoredMask mask, bool isCrowd)
    {
        Forms = mask.Form switch
        {
            MaskForm.None => Forms with { None = Forms.None + 1 },
            MaskForm.PackedText => Forms with { CompressedRle = Forms.CompressedRle + 1 },
            MaskForm.PackedCounts or MaskForm.Rle => Forms with { UncompressedRle = Forms.UncompressedRle + 1 },
            _ => Forms with { Polygons = Forms.Polygons + 1 },
        };
        if (mask is { Exists: true, IsRle: false } && !isCrowd)
        {
            IReadOnlyList<double[]> polygons = mask.ToSegmentation()!.Polygons;
            Polygons.Add(polygons.Count);
            Corners.Add(polygons.Sum(polygon => polygon.Length / 2));
        }
    }
}
