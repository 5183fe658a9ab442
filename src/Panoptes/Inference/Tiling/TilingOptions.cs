namespace Panoptes.Inference.Tiling;

/// <summary>How an image is taken apart into tiles, and their results put together.</summary>
public sealed record TilingOptions
{
    /// <summary>The smallest <see cref="TileSize"/>.</summary>
    public const int SmallestTile = 64;

    /// <summary>
    /// Columns and rows of a tile, in the image's pixels; at least 64. Default 640. A tile goes through the network as an image does, so
    /// one that is smaller than the model's input shows it objects enlarged.
    /// </summary>
    public int TileSize { get; init; } = 640;

    /// <summary>
    /// The fewest columns, or rows, that two neighboring tiles share; 0 to half of <see cref="TileSize"/>. An object that is no larger
    /// lies whole in a tile. Null, the default, takes a fifth of the tile.
    /// </summary>
    public int? Overlap { get; init; }

    /// <summary>
    /// Two masks of one class from two tiles are parts of one object where their IoU, within what the tiles share, is at least this; above
    /// 0, up to 1. Default 0.5.
    /// </summary>
    public double MergeIou { get; init; } = 0.5;

    /// <summary>
    /// Whether the network sees the whole image too, made small, for objects that are larger than the overlap, which may lie whole in no
    /// tile. Default true.
    /// </summary>
    public bool WholeImage { get; init; } = true;

    /// <summary>Tiles that the network sees at once; at least 1, the default.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>The overlap, with its default.</summary>
    internal int OverlapOrDefault => Overlap ?? TileSize / 5;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">One is not allowed.</exception>
    public void Validate()
    {
        Require(TileSize >= SmallestTile, nameof(TileSize), TileSize, $"at least {SmallestTile} is needed");
        Require(
            OverlapOrDefault >= 0 && OverlapOrDefault <= TileSize / 2, nameof(Overlap), OverlapOrDefault,
            $"0 to half of the tile ({TileSize / 2}) is allowed");
        Require(MergeIou is > 0 and <= 1, nameof(MergeIou), MergeIou, "it must lie above 0, up to 1");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1 is needed");
    }

    private static void Require(bool isAllowed, string property, IFormattable value, string allowed)
    {
        if (!isAllowed)
        {
            string text = value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
            throw InputException.ForSetting($"{nameof(TilingOptions)}.{property}", $"is {text}; {allowed}");
        }
    }
}
