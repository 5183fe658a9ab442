using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Inference.Tiling;

namespace Panoptes.Cli.Commands.Predict;

/// <summary><c>--tile</c> and what belongs to it.</summary>
internal sealed class TilingArguments
{
    /// <summary><c>--tile</c>.</summary>
    public Option<int?> Tile { get; } = new("--tile")
    {
        Description = "Read images in tiles of N x N pixels, run the network on each, and merge the results: for "
            + "images of any size, and for objects that are small in their image.",
        HelpName = "N",
    };

    /// <summary><c>--overlap</c>.</summary>
    public Option<int?> Overlap { get; } = new("--overlap")
    {
        Description = "Minimum number of pixels that neighboring tiles share, at most half a tile. Default: a fifth of the tile.",
        HelpName = "M",
    };

    /// <summary><c>--tiles-only</c>.</summary>
    public Option<bool> TilesOnly { get; } = new("--tiles-only")
    {
        Description = "Skip the pass over the whole image, reduced in size, which finds objects larger than the overlap.",
    };

    /// <summary>The tiles that a command line asks for; null for none.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="batch">Tiles that the network sees at once.</param>
    /// <exception cref="InputException">A value is not allowed, or has no meaning without <c>--tile</c>.</exception>
    public TilingOptions? Of(ParseResult arguments, int batch)
    {
        int? tile = InputNumber.AtLeastOne(arguments, Tile);
        int? overlap = arguments.GetValue(Overlap);
        bool tilesOnly = arguments.GetValue(TilesOnly);
        if (tile is null && (overlap is not null || tilesOnly))
            throw InputException.ForSetting(overlap is null ? TilesOnly.Name : Overlap.Name, "has no meaning without --tile");
        if (tile is null) return null;
        TilingOptions options = new() { TileSize = tile.Value, Overlap = overlap, WholeImage = !tilesOnly, BatchSize = batch };
        options.Validate();
        return options;
    }
}
