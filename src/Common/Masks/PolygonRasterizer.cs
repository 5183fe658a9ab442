namespace Panoptes.Masks;

/// <summary>
/// Draws polygons exactly as COCO's tools do (cocoapi, <c>rleFrPoly</c>), so that areas and IoUs agree to the last bit, in time
/// proportional to the columns that the edges cross.
/// </summary>
/// <remarks>
/// <para>The convention. Corners are rounded to a grid five times finer than the pixels. Every edge is a line of grid points that
/// takes one step at a time along its longer axis, from its lower to its higher end, the other coordinate rounded. Column
/// <c>c</c> looks at the border between grid columns <c>5c + 2</c> and <c>5c + 3</c>, just right of its center: where the outline
/// crosses it, from one grid point to the next, the smaller of the two points' rows <c>v</c> counts, and the fill inverts from pixel
/// row <c>ceil((v + 0.5) / 5 - 0.5)</c> down, limited to the image.</para>
/// <para>The shortcut. The reference lists every grid point of the outline and then keeps those few at such borders. Edges do not
/// depend on each other, since neighbors meet in one grid point, and the points next to a border can be computed directly: along
/// the longer axis the step is known, across it the rounded coordinate is monotone, so that the crossing step is estimated by a
/// division and corrected by evaluating the very same rounding. Parts of an edge outside of the image cost nothing.</para>
/// </remarks>
internal static class PolygonRasterizer
{
    private const int Scale = 5;
    private const int BorderBefore = 2; // grid column 5c + 2 lies before the border of pixel column c, 5c + 3 after it

    /// <summary>Adds the toggles of one polygon (<c>x0, y0, x1, y1, ...</c>).</summary>
    /// <exception cref="InputException">The polygon is malformed.</exception>
    public static void Draw(ReadOnlySpan<double> polygon, ToggleList toggles)
    {
        Check(polygon);
        int previousX = ToGrid(polygon[^2]);
        int previousY = ToGrid(polygon[^1]);
        for (int i = 0; i < polygon.Length; i += 2)
        {
            int x = ToGrid(polygon[i]);
            int y = ToGrid(polygon[i + 1]);
            DrawEdge(previousX, previousY, x, y, toggles);
            previousX = x;
            previousY = y;
        }
    }

    // C's conversion: add a half and cut towards zero. (Negative numbers round differently, but lie outside of every image.)
    private static int ToGrid(double coordinate) => (int)((Scale * coordinate) + 0.5);

    private static void DrawEdge(int x0, int y0, int x1, int y1, ToggleList toggles)
    {
        int dx = Math.Abs(x1 - x0);
        int dy = Math.Abs(y1 - y0);
        if (dx == 0)
        {
            return; // crosses no border
        }

        bool alongX = dx >= dy;
        if (alongX ? x0 > x1 : y0 > y1)
        {
            (x0, y0, x1, y1) = (x1, y1, x0, y0);
        }

        // The borders between the edge's lowest and highest grid column, as pixel columns inside of the image.
        int first = Math.Max(CeilDivide(Math.Min(x0, x1) - BorderBefore, Scale), 0);
        int last = Math.Min(FloorDivide(Math.Max(x0, x1) - BorderBefore - 1, Scale), toggles.Width - 1);
        if (last >= first)
        {
            toggles.Require(last - first + 1);
        }

        if (alongX)
        {
            double slope = (double)(y1 - y0) / dx;
            for (int column = first; column <= last; column++)
            {
                int step = (column * Scale) + BorderBefore - x0;
                int before = (int)(y0 + (slope * step) + 0.5);
                int after = (int)(y0 + (slope * (step + 1)) + 0.5);
                toggles.Add(column, PixelRow(Math.Min(before, after), toggles.Height));
            }
        }
        else
        {
            double slope = (double)(x1 - x0) / dy;
            for (int column = first; column <= last; column++)
            {
                int border = (column * Scale) + BorderBefore;
                int step = LastStepBeforeBorder(x0, slope, dy, border);
                toggles.Add(column, PixelRow(y0 + step, toggles.Height));
            }
        }
    }

    /// <summary>
    /// The last of the steps 0 to <paramref name="steps"/> − 1 that lies on the near side of the border between grid columns
    /// <paramref name="border"/> and <paramref name="border"/> + 1, on an edge with less than one column in each step.
    /// </summary>
    private static int LastStepBeforeBorder(int x0, double slope, int steps, int border)
    {
        bool rising = slope > 0;
        int step = Math.Clamp((int)((border + 0.5 - x0) / slope), 0, steps - 1);
        while (step > 0 && IsBeyond(step))
        {
            step--;
        }

        while (step < steps - 1 && !IsBeyond(step + 1))
        {
            step++;
        }

        return step;

        bool IsBeyond(int s) => (int)(x0 + (slope * s) + 0.5) > border == rising;
    }

    // ceil((v + 0.5) / 5 - 0.5) in integers, limited to [0, height].
    private static int PixelRow(int v, int height) => Math.Clamp(FloorDivide(v + 2, Scale), 0, height);

    private static int FloorDivide(int value, int divisor) =>
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);

    private static int CeilDivide(int value, int divisor) => -FloorDivide(-value, divisor);

    private static void Check(ReadOnlySpan<double> polygon)
    {
        if (polygon.Length < 6 || polygon.Length % 2 != 0)
        {
            throw InputException.InContent(
                null,
                $"A polygon has {polygon.Length} numbers; it needs an even number of them, 6 or more (x0, y0, x1, y1, ...).");
        }

        foreach (double coordinate in polygon)
        {
            if (!(Math.Abs(coordinate) <= Rle.MaxCoordinate))
            {
                throw InputException.InContent(
                    null,
                    $"A polygon has the coordinate {coordinate}; it must be finite and within ±{Rle.MaxCoordinate:0}.");
            }
        }
    }
}
