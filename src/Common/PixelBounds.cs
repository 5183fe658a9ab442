namespace Panoptes.Masks;

/// <summary>The smallest rectangle of whole pixels around a mask's foreground; right and bottom exclusive, all 0 when empty.</summary>
internal readonly record struct PixelBounds(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The pixels whose centers lie in a box, left and top edge included.</summary>
    public static PixelBounds Within(Box box) => new(
        (int)Math.Ceiling(box.X1 - 0.5), (int)Math.Ceiling(box.Y1 - 0.5), (int)Math.Ceiling(box.X2 - 0.5), (int)Math.Ceiling(box.Y2 - 0.5));

    /// <summary>The rectangle by its edges.</summary>
    public Box ToBox() => new(Left, Top, Right, Bottom);

    /// <summary>True when the rectangles share a pixel.</summary>
    public bool Overlaps(in PixelBounds other) =>
        Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>True when the other rectangle lies inside of this one.</summary>
    public bool Contains(in PixelBounds other) =>
        Left <= other.Left && other.Right <= Right && Top <= other.Top && other.Bottom <= Bottom;

    /// <summary>The common part of both rectangles; all 0 when they share no pixel.</summary>
    public PixelBounds Intersect(in PixelBounds other) => Overlaps(other)
        ? new(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom))
        : default;

    /// <summary>Number of pixels that both rectangles cover.</summary>
    public long IntersectionArea(in PixelBounds other)
    {
        long width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        long height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>Finds the bounds of canonical column-major run lengths.</summary>
    public static PixelBounds Of(ReadOnlySpan<uint> counts, int height)
    {
        if (counts.Length < 2)
        {
            return default;
        }

        // Where the current column begins is carried along, since a division for each run would cost more than all the rest.
        uint rows = (uint)height;
        uint column = counts[0] / rows * rows;
        uint top = rows;
        uint bottom = 0;
        uint end = 0;
        for (int i = 1; i < counts.Length; i += 2)
        {
            uint start = end + counts[i - 1];
            end = start + counts[i];
            if (start - column >= rows)
            {
                column += start - column < 2 * rows ? rows : (start - column) / rows * rows;
            }

            top = Math.Min(top, start - column);
            if (end - column > rows)
            {
                // A run that goes on in the next column touches the bottom of one and the top of the other.
                top = 0;
                bottom = rows;
            }

            bottom = Math.Max(bottom, Math.Min(end - column, rows));
        }

        return new PixelBounds((int)(counts[0] / rows), (int)top, (int)((end - 1) / rows) + 1, (int)bottom);
    }
}
