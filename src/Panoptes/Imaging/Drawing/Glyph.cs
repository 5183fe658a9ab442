namespace Panoptes.Imaging.Drawing;

/// <summary>A character as a small image.</summary>
/// <param name="Advance">How far the pen moves on, in pixels.</param>
/// <param name="Left">From the pen to the image's left edge.</param>
/// <param name="Top">From the top of the line to the image's top edge.</param>
/// <param name="Width">Columns of the image; 0 for a space.</param>
/// <param name="Height">Rows of the image.</param>
/// <param name="Coverage">Row after row, 0 to 15.</param>
internal sealed record Glyph(int Advance, int Left, int Top, int Width, int Height, byte[] Coverage);
