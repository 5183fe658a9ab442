using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>What one tile shows of an object. The mask is cropped to its foreground, so it is small in an image of any size.</summary>
/// <param name="Tile">Index of the tile.</param>
/// <param name="ClassIndex">The class: objects of other classes are never the same one.</param>
/// <param name="Score">The detection's score.</param>
/// <param name="Bounds">Where the mask lies in the image.</param>
/// <param name="Mask">The mask, of the bounds' size.</param>
/// <param name="IsCut">Whether it reaches to an edge of its tile beyond which the image goes on.</param>
internal sealed record Piece(int Tile, int ClassIndex, float Score, PixelBounds Bounds, Rle Mask, bool IsCut)
{
    // Masks are interpolated from a coarser grid: at an edge they may end a little early.
    private const int Reach = 2;

    /// <summary>The detection that it comes from; null for a segment of a label map.</summary>
    public Instance? Instance { get; init; }

    /// <summary>Takes the mask out of its tile; it must not be empty.</summary>
    public static Piece Of(in Tile tile, ImageSize image, int classIndex, float score, Rle mask)
    {
        PixelBounds local = PixelBounds.Of(mask.Counts, mask.Height);
        PixelBounds seen = tile.Bounds;
        bool isCut = (local.Left < Reach && seen.Left > 0) || (local.Top < Reach && seen.Top > 0)
            || (local.Right > tile.Width - Reach && seen.Right < image.Width)
            || (local.Bottom > tile.Height - Reach && seen.Bottom < image.Height);
        PixelBounds bounds = new(
            seen.Left + local.Left, seen.Top + local.Top, seen.Left + local.Right, seen.Top + local.Bottom);
        return new Piece(
            tile.Index, classIndex, score, bounds,
            mask.Crop(local.Left, local.Top, local.Bottom - local.Top, local.Right - local.Left), isCut);
    }

    /// <summary>The mask within a part of the image, of the part's size.</summary>
    public Rle Within(in PixelBounds part) =>
        Mask.Crop(part.Left - Bounds.Left, part.Top - Bounds.Top, part.Bottom - part.Top, part.Right - part.Left);
}
