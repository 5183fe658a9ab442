namespace Panoptes.Masks;

/// <summary>The smallest rectangle of whole pixels around a mask's foreground; right and bottom exclusive, all 0 when empty.</summary>
internal readonly record struct PixelBounds(int Left, int Top, int Right, int Bottom)
{
    /// <summary>True when the rectangles share a pixel.</summary>
    public bool Overlaps(in PixelBounds other) =>
        Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>Finds the bounds of canonical column-major run lengths.</summary>
    public static PixelBounds Of(ReadOnlySpan<uint> counts, int height)
    {
        if (counts.Length < 2)
        {
            return default;
        }

        int top = height;
        int bottom = 0;
        uint first = counts[0];
        uint end = first;
        uint start = 0;
        uint rows = (uint)height;
        for (int i = 1; i < counts.Length; i += 2)
        {
            start = i == 1 ? first : end + counts[i - 1];
            end = start + counts[i];
            (uint firstColumn, uint firstRow) = Math.DivRem(start, rows);
            (uint lastColumn, uint lastRow) = Math.DivRem(end - 1, rows);
            if (firstColumn != lastColumn)
            {
                // A run that goes on in the next column touches the bottom of one and the top of the other.
                top = 0;
                bottom = height;
                continue;
            }

            top = Math.Min(top, (int)firstRow);
            bottom = Math.Max(bottom, (int)lastRow + 1);
        }

        return new PixelBounds((int)(first / rows), top, (int)((end - 1) / rows) + 1, bottom);
    }
}
