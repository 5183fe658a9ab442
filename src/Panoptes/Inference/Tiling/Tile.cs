using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>A part of an image that goes through the network.</summary>
/// <param name="Index">Its place, row by row.</param>
/// <param name="Bounds">What the network sees.</param>
/// <param name="Core">What of it belongs to no other tile: borders run in the middle of what neighbors share.</param>
internal readonly record struct Tile(int Index, PixelBounds Bounds, PixelBounds Core)
{
    /// <summary>Columns.</summary>
    public int Width => Bounds.Right - Bounds.Left;

    /// <summary>Rows.</summary>
    public int Height => Bounds.Bottom - Bounds.Top;
}
