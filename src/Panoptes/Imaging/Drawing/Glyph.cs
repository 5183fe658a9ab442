namespace Panoptes.Imaging.Drawing;

/// <summary>A character as a small picture.</summary>
/// <param name="Advance">How far the pen moves on, in pixels.</param>
/// <param name="Left">From the pen to the picture's left edge.</param>
/// <param name="Top">From the top of the line to the picture's top edge.</param>
/// <param name="Width">Columns of the picture; 0 for a space.</param>
/// <param name="Height">Rows of the picture.</param>
/// <param name="Coverage">Row after row, 0 to 15.</param>
internal sealed record Glyph(int Advance, int Left, int Top, int Width, int Height, byte[] Coverage);
