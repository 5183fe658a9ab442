namespace Panoptes.Coco.Files;

/// <summary>In which form a <see cref="StoredMask"/> is kept.</summary>
internal enum MaskForm
{
    /// <summary>There is no mask.</summary>
    None,

    /// <summary>Outlines, packed: for each the number of coordinates and the coordinates, all as doubles.</summary>
    PackedPolygons,

    /// <summary>Run lengths, packed as integers of 32 bits.</summary>
    PackedCounts,

    /// <summary>COCO's compressed run lengths, packed as they stand in the file.</summary>
    PackedText,

    /// <summary>Outlines in memory.</summary>
    Polygons,

    /// <summary>Run lengths in memory.</summary>
    Rle,
}
