using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>
/// The tiles of an image: all of one size, that of the image where it is smaller, and evenly spread, so that neighbors share at least the
/// overlap and no tile reaches over the image.
/// </summary>
internal sealed class TileGrid
{
    /// <summary>Lays the tiles out.</summary>
    /// <param name="size">The image's size.</param>
    /// <param name="tile">Columns and rows of a tile.</param>
    /// <param name="overlap">What neighbors share at least; below the tile's size.</param>
    public TileGrid(ImageSize size, int tile, int overlap)
    {
        Size = size;
        Span[] columns = Spread(size.Width, tile, overlap);
        Span[] rows = Spread(size.Height, tile, overlap);
        Tiles =
        [
            .. rows.SelectMany(_ => columns, (row, column) => (row, column)).Select((place, index) => new Tile(
                index,
                new PixelBounds(place.column.Start, place.row.Start, place.column.End, place.row.End),
                new PixelBounds(place.column.CoreStart, place.row.CoreStart, place.column.CoreEnd, place.row.CoreEnd))),
        ];
    }

    /// <summary>The image's size.</summary>
    public ImageSize Size { get; }

    /// <summary>The tiles, row by row.</summary>
    public IReadOnlyList<Tile> Tiles { get; }

    /// <summary>The number of tiles of an image, without laying them out.</summary>
    public static long Count(ImageSize size, int tile, int overlap) =>
        (long)Count(size.Width, tile, overlap) * Count(size.Height, tile, overlap);

    private static int Count(int length, int tile, int overlap) =>
        length <= tile ? 1 : 1 + (int)((length - tile + (long)(tile - overlap) - 1) / (tile - overlap));

    private static Span[] Spread(int length, int tile, int overlap)
    {
        int count = Count(length, tile, overlap);
        int last = Math.Max(length - tile, 0);
        int end = Math.Min(tile, length);
        int[] starts = [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)((long)last * i / (count - 1)))];
        return
        [
            .. starts.Select((start, i) => new Span(
                start,
                start + end,
                i == 0 ? 0 : Middle(starts[i - 1] + end, start),
                i == count - 1 ? length : Middle(start + end, starts[i + 1]))),
        ];

        static int Middle(int endOfOne, int startOfNext) => (endOfOne + startOfNext) / 2;
    }

    private readonly record struct Span(int Start, int End, int CoreStart, int CoreEnd);
}
