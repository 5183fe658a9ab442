using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>A rectangle on the grid of the target masks, which has one point for every <c>stride</c> input pixels.</summary>
/// <param name="X">Left column.</param>
/// <param name="Y">Top row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Offset">Where its first value stands in <see cref="InstanceMasks.Targets"/>; rows follow each other.</param>
internal readonly record struct MaskCrop(int X, int Y, int Width, int Height, int Offset)
{
    /// <summary>Number of values.</summary>
    public int Area => Width * Height;

    /// <summary>
    /// B_k of EmbedMask: the box on the grid, grown to <paramref name="expand"/> times its sides and by one point on each side; a
    /// point is inside when <c>x1' &lt;= j &lt; x2'</c>. Clipped to the grid. (The authors' code clips x2' to the last column
    /// itself, and so never looks at it; here the last column counts.)
    /// </summary>
    /// <param name="box">A box in input pixels.</param>
    /// <param name="expand">Factor on the box's sides; 0 or less takes the whole grid.</param>
    /// <param name="stride">Input pixels for each grid point.</param>
    /// <param name="gridWidth">Columns of the grid.</param>
    /// <param name="gridHeight">Rows of the grid.</param>
    /// <param name="offset">Becomes <see cref="Offset"/>.</param>
    public static MaskCrop Around(Box box, double expand, int stride, int gridWidth, int gridHeight, int offset = 0)
    {
        if (expand <= 0)
            return new MaskCrop(0, 0, gridWidth, gridHeight, offset);
        (int left, int width) = Span(box.X1 / stride, box.X2 / stride, expand, gridWidth);
        (int top, int height) = Span(box.Y1 / stride, box.Y2 / stride, expand, gridHeight);
        return new MaskCrop(left, top, width, height, offset);
    }

    private static (int Start, int Length) Span(double from, double to, double expand, int limit)
    {
        // A border on a grid point must stay there: 1.2 - 1 is a little less than 0.2.
        const double rounding = 1e-6;
        double margin = 0.5 * (expand - 1) * (to - from) + 1;
        int start = (int)Math.Clamp(Math.Ceiling(from - margin - rounding), 0, limit - 1);
        int end = (int)Math.Clamp(Math.Ceiling(to + margin - rounding), start + 1, limit);
        return (start, end - start);
    }
}
