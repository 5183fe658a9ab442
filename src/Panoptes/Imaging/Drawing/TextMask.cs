namespace Panoptes.Imaging.Drawing;

/// <summary>A line of text as it covers pixels, from the first to the last with ink.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Coverage">0 (nothing) to 255 for each pixel, row by row.</param>
internal sealed record TextMask(int Width, int Height, byte[] Coverage)
{
    /// <summary>A pixel's coverage.</summary>
    public byte this[int x, int y] => Coverage[(y * Width) + x];
}
