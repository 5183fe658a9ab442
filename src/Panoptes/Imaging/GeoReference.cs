using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>
/// Where an image lies in the world: <c>x = OriginX + column XPerColumn + row XPerRow</c>, <c>y = OriginY + column YPerColumn + row
/// YPerRow</c>. Columns and rows are counted from the upper left corner of the upper left pixel.
/// </summary>
/// <param name="OriginX">x of the image's upper left corner, in the unit of the coordinate system.</param>
/// <param name="XPerColumn">Change of x from a column to the next.</param>
/// <param name="XPerRow">Change of x from a row to the next; 0 where the image is not rotated.</param>
/// <param name="OriginY">y of the image's upper left corner.</param>
/// <param name="YPerColumn">Change of y from a column to the next; 0 where the image is not rotated.</param>
/// <param name="YPerRow">Change of y from a row to the next; negative where north is up.</param>
public sealed record GeoReference(
    double OriginX, double XPerColumn, double XPerRow, double OriginY, double YPerColumn, double YPerRow)
{
    /// <summary>The EPSG code of the coordinate system; null where the file names none.</summary>
    public int? EpsgCode { get; init; }

    /// <summary>What the file says of the coordinate system in words; null where it says nothing.</summary>
    public string? Citation { get; init; }

    /// <summary>Whether the way around a shape changes its sense: rows go down, y goes up.</summary>
    internal bool IsMirrored => (XPerColumn * YPerRow) - (XPerRow * YPerColumn) < 0;

    /// <summary>The world's coordinates of a point.</summary>
    /// <param name="column">Columns from the left edge.</param>
    /// <param name="row">Rows from the top edge.</param>
    public (double X, double Y) ToWorld(double column, double row) => (
        OriginX + (column * XPerColumn) + (row * XPerRow), OriginY + (column * YPerColumn) + (row * YPerRow));

    /// <summary>Reads the tags of a GeoTIFF (OGC 19-008r4), of its first image alone.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null where the file is not a TIFF, or one that does not say where it lies.</returns>
    /// <exception cref="InputException">The file cannot be read, its tags are damaged, or they say it in a way that is not
    /// supported: by control points, or of an image that its orientation turns.</exception>
    public static GeoReference? Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return GeoTags.Read(path);
    }
}
