namespace Panoptes.Masks;

/// <summary>Goes through masks column by column.</summary>
internal static class ColumnRunExtensions
{
    /// <summary>Enumerates every vertical stretch of foreground, from left to right and top to bottom.</summary>
    public static ColumnRunEnumerator EnumerateColumnRuns(this Rle mask) => new(mask.Counts, mask.Height);
}
