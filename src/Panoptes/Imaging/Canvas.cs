using System.Buffers;
using Panoptes.Imaging.Drawing;
using Panoptes.Masks;

namespace Panoptes.Imaging;

/// <summary>Draws on an image, in place. Whatever lies outside the image is cut off.</summary>
/// <param name="image">The image to draw on.</param>
public sealed class Canvas(Image image)
{
    /// <summary>The image that is drawn on.</summary>
    public Image Image => image;

    /// <summary>Blends a color over a mask, straight from its runs.</summary>
    /// <param name="mask">The mask; of the image's size.</param>
    /// <param name="color">The color.</param>
    /// <param name="opacity">0 (nothing) to 1 (only the color).</param>
    public void FillMask(Rle mask, Rgb color, double opacity)
    {
        ArgumentNullException.ThrowIfNull(mask);
        CheckSize(mask);
        Span<byte> pixels = image.Pixels;
        int stride = image.Stride;
        Blend blend = new(color, opacity);
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            int at = (run.Top * stride) + (run.X * 3);
            for (int y = run.Top; y < run.Bottom; y++, at += stride)
                blend.Apply(pixels.Slice(at, 3));
        }
    }

    /// <summary>Draws the inner border of a mask; no line runs along the image's own edges.</summary>
    /// <param name="mask">The mask; of the image's size.</param>
    /// <param name="color">The color.</param>
    /// <param name="thickness">Pixels, at least 1.</param>
    public void OutlineMask(Rle mask, Rgb color, int thickness)
    {
        ArgumentNullException.ThrowIfNull(mask);
        CheckSize(mask);
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        if (mask.IsEmpty)
            return;
        PixelRectangle bounds = ToPixels(mask.Bounds);

        // The mask in its bounding box, with a frame of one cell that is outside the mask, or inside it where the image ends.
        int columns = bounds.Width + 2;
        int size = columns * (bounds.Height + 2);
        byte[] cells = ArrayPool<byte>.Shared.Rent(size);
        Array.Clear(cells, 0, size);
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            int first = run.Top == 0 ? -1 : run.Top - bounds.Y;
            int end = run.Bottom == image.Height ? bounds.Height + 1 : run.Bottom - bounds.Y;
            int x = run.X - bounds.X + 1;
            SetColumn(cells, columns, x, first, end);
            if (run.X == 0)
                SetColumn(cells, columns, 0, first, end);
            if (run.X == image.Width - 1)
                SetColumn(cells, columns, columns - 1, first, end);
        }

        // Peel the border off, layer by layer.
        List<int> border = [];
        for (int layer = 0; layer < thickness; layer++)
        {
            border.Clear();
            for (int y = 1; y <= bounds.Height; y++)
            {
                for (int i = (y * columns) + 1; i <= (y * columns) + bounds.Width; i++)
                {
                    if (cells[i] != 0 && (cells[i - 1] & cells[i + 1] & cells[i - columns] & cells[i + columns]) == 0)
                        border.Add(i);
                }
            }

            foreach (int i in border)
            {
                cells[i] = 0;
                Set(bounds.X + (i % columns) - 1, bounds.Y + (i / columns) - 1, color);
            }
        }

        ArrayPool<byte>.Shared.Return(cells);
    }

    /// <summary>Draws the frame of a box; the line lies inside the box.</summary>
    /// <param name="box">The box, in pixels.</param>
    /// <param name="color">The color.</param>
    /// <param name="thickness">Pixels, at least 1.</param>
    public void DrawBox(Box box, Rgb color, int thickness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        PixelRectangle r = ToPixels(box);
        int horizontal = Math.Min(thickness, r.Height);
        int vertical = Math.Min(thickness, r.Width);
        Fill(new PixelRectangle(r.X, r.Y, r.Width, horizontal), color, 1);
        Fill(new PixelRectangle(r.X, r.Bottom - horizontal, r.Width, horizontal), color, 1);
        Fill(new PixelRectangle(r.X, r.Y, vertical, r.Height), color, 1);
        Fill(new PixelRectangle(r.Right - vertical, r.Y, vertical, r.Height), color, 1);
    }

    /// <summary>Blends a color over a box.</summary>
    /// <param name="box">The box, in pixels; its edges are rounded to whole pixels.</param>
    /// <param name="color">The color.</param>
    /// <param name="opacity">0 (nothing) to 1 (only the color).</param>
    public void FillBox(Box box, Rgb color, double opacity = 1) => Fill(ToPixels(box), color, opacity);

    /// <summary>
    /// Writes one line of text in DejaVu Sans, which has the letters of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Persian, Urdu and
    /// Georgian; Arabic is joined, and both it and Hebrew run from right to left. A line with other letters is drawn with the fonts of the
    /// system; what is missing there too appears as a box, which <see cref="CanDraw"/> tells beforehand.
    /// </summary>
    /// <param name="x">Where the line begins, in pixels.</param>
    /// <param name="y">The top of the line, in pixels.</param>
    /// <param name="text">The text.</param>
    /// <param name="color">The color.</param>
    /// <param name="size">
    /// The size of the letters (em) in pixels; the next smaller of 11, 14, 18, 24, 32 and whole multiples of 32 is taken.
    /// </param>
    public void DrawText(int x, int y, ReadOnlySpan<char> text, Rgb color, int size)
    {
        (GlyphFace face, int zoom) = FaceFor(size);
        string shaped = LineShaper.Shape(text);
        if (OfSystem(text, shaped, face, zoom) is { } mask)
        {
            DrawMask(mask, x, y + (((face.LineHeight * zoom) - mask.Height) / 2), color);
            return;
        }

        foreach (char character in shaped)
        {
            Glyph glyph = face[character];
            DrawGlyph(glyph, x + (glyph.Left * zoom), y + (glyph.Top * zoom), zoom, color);
            x += glyph.Advance * zoom;
        }
    }

    /// <summary>Tells whether <see cref="DrawText"/> has all characters of a text, its own or in the fonts of the system.</summary>
    /// <param name="text">The text.</param>
    public static bool CanDraw(ReadOnlySpan<char> text) => GlyphFace.Fitting(0).Has(LineShaper.Shape(text)) || SystemFonts.Has(text);

    /// <summary>The room that <see cref="DrawText"/> takes, in pixels.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The size of the letters (em) in pixels.</param>
    public static ImageSize MeasureText(ReadOnlySpan<char> text, int size)
    {
        (GlyphFace face, int zoom) = FaceFor(size);
        string shaped = LineShaper.Shape(text);
        int width = OfSystem(text, shaped, face, zoom) is { } mask ? mask.Width : face.Measure(shaped) * zoom;
        return new ImageSize(width, face.LineHeight * zoom);
    }

    internal void Fill(PixelRectangle area, Rgb color, double opacity)
    {
        int left = Math.Clamp(area.X, 0, image.Width);
        int right = Math.Clamp(area.Right, left, image.Width);
        int top = Math.Clamp(area.Y, 0, image.Height);
        int bottom = Math.Clamp(area.Bottom, top, image.Height);
        Blend blend = new(color, opacity);
        for (int y = top; y < bottom; y++)
        {
            Span<byte> row = image.Row(y)[(left * 3)..(right * 3)];
            for (int i = 0; i < row.Length; i += 3)
                blend.Apply(row.Slice(i, 3));
        }
    }

    internal static PixelRectangle ToPixels(Box box)
    {
        // Far-off and undefined edges stay within int; drawing clips to the image.
        int left = Round(box.X1), top = Round(box.Y1);
        return new PixelRectangle(left, top, Math.Max(Round(box.X2) - left, 0), Math.Max(Round(box.Y2) - top, 0));
    }

    private static int Round(double value) => double.IsNaN(value) ? 0 : (int)Math.Clamp(Math.Round(value), -(1 << 24), 1 << 24);

    private static (GlyphFace Face, int Zoom) FaceFor(int size)
    {
        GlyphFace face = GlyphFace.Fitting(size);
        return (face, Math.Max(size / face.Size, 1));
    }

    private static TextMask? OfSystem(ReadOnlySpan<char> text, string shaped, GlyphFace face, int zoom) =>
        face.Has(shaped) || !SystemFonts.Has(text) ? null : SystemFonts.Draw(text.ToString(), face.Size * zoom);

    private static void SetColumn(byte[] cells, int columns, int x, int first, int end)
    {
        for (int y = first; y < end; y++)
            cells[((y + 1) * columns) + x] = 1;
    }

    private void DrawGlyph(Glyph glyph, int x, int y, int zoom, Rgb color)
    {
        for (int row = 0; row < glyph.Height; row++)
        {
            for (int column = 0; column < glyph.Width; column++)
            {
                byte coverage = glyph.Coverage[(row * glyph.Width) + column];
                if (coverage > 0)
                    Fill(new PixelRectangle(x + (column * zoom), y + (row * zoom), zoom, zoom), color, coverage / 15.0);
            }
        }
    }

    private void DrawMask(TextMask mask, int x, int y, Rgb color)
    {
        for (int row = 0; row < mask.Height; row++)
        {
            for (int column = 0; column < mask.Width; column++)
            {
                if (mask[column, row] is > 0 and byte coverage)
                    Fill(new PixelRectangle(x + column, y + row, 1, 1), color, coverage / 255.0);
            }
        }
    }

    private void Set(int x, int y, Rgb color)
    {
        Span<byte> pixel = image.Row(y).Slice(x * 3, 3);
        pixel[0] = color.R;
        pixel[1] = color.G;
        pixel[2] = color.B;
    }

    private void CheckSize(Rle mask)
    {
        if (mask.Width != image.Width || mask.Height != image.Height)
            throw new ArgumentException($"A mask of {mask.Width}x{mask.Height} does not fit an image of {image.Size}.", nameof(mask));
    }

    /// <summary>Mixing a color into pixels, in 8-bit fixed point.</summary>
    private readonly struct Blend(Rgb color, double opacity)
    {
        private readonly int _keep = 256 - Share(opacity);
        private readonly int _red = (color.R * Share(opacity)) + 128;
        private readonly int _green = (color.G * Share(opacity)) + 128;
        private readonly int _blue = (color.B * Share(opacity)) + 128;

        public void Apply(Span<byte> pixel)
        {
            pixel[0] = (byte)(((pixel[0] * _keep) + _red) >> 8);
            pixel[1] = (byte)(((pixel[1] * _keep) + _green) >> 8);
            pixel[2] = (byte)(((pixel[2] * _keep) + _blue) >> 8);
        }

        private static int Share(double opacity) => (int)Math.Round(Math.Clamp(opacity, 0, 1) * 256);
    }
}
