namespace Panoptes.Masks;

/// <summary>
/// Finds a mask's boundary region as Boundary IoU defines it (Cheng et al., arXiv 2103.16562): the foreground within d pixels of the
/// background or of the image's edge, d being a share of the image's diagonal. That is the mask without its erosion by a square of
/// 2 d + 1. Works on runs, column by column; one is used by one thread for many masks.
/// </summary>
internal sealed class BoundaryFilter
{
    private readonly List<ColumnRun> _runs = [];
    private ushort[] _depth = [];

    /// <summary>The width d of the boundary in an image, at least 1.</summary>
    public static int Width(int height, int width, double ratio) =>
        Math.Max(1, (int)Math.Round(ratio * Math.Sqrt(((double)height * height) + ((double)width * width)), MidpointRounding.ToEven));

    /// <summary>Builds the boundary of a mask.</summary>
    /// <param name="counts">The mask's canonical run lengths.</param>
    /// <param name="distance">The width d of the boundary in pixels.</param>
    /// <param name="builder">Takes the boundary; empty, and of the mask's size.</param>
    public void Build(ReadOnlySpan<uint> counts, int distance, RleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _runs.Clear();
        foreach (ColumnRun run in new ColumnRunEnumerator(counts, builder.Height))
        {
            _runs.Add(run);
        }

        if (_runs.Count == 0)
        {
            return;
        }

        if (_depth.Length < builder.Height)
        {
            _depth = new ushort[builder.Height];
        }

        // By row: how many columns up to the current one are foreground d pixels up and down.
        Span<ushort> depth = _depth.AsSpan(0, builder.Height);
        depth.Clear();
        ushort enough = (ushort)Math.Min((2L * distance) + 1, ushort.MaxValue);
        int entering = 0;
        int leaving = 0;
        for (int x = _runs[0].X; leaving < _runs.Count; x++)
        {
            entering = Enter(x, entering, distance, depth);

            // Only now, d columns later, is it known how deep inside a pixel lies.
            for (; leaving < _runs.Count && _runs[leaving].X == x - distance; leaving++)
            {
                AppendShallow(_runs[leaving], depth, enough, builder);
            }
        }
    }

    /// <summary>Takes a column into the depths, and returns the first run of the next column.</summary>
    private int Enter(int x, int run, int distance, Span<ushort> depth)
    {
        int row = 0;
        for (; run < _runs.Count && _runs[run].X == x; run++)
        {
            int top = _runs[run].Top + distance;
            int bottom = _runs[run].Bottom - distance;
            if (top < bottom)
            {
                depth[row..top].Clear();
                foreach (ref ushort value in depth[top..bottom])
                {
                    if (value < ushort.MaxValue) value++;
                }

                row = bottom;
            }
        }

        depth[row..].Clear();
        return run;
    }

    private static void AppendShallow(ColumnRun run, ReadOnlySpan<ushort> depth, ushort enough, RleBuilder builder)
    {
        int row = run.Top;
        while (row < run.Bottom)
        {
            int deep = depth[row..run.Bottom].IndexOfAnyInRange(enough, ushort.MaxValue);
            int end = deep < 0 ? run.Bottom : row + deep;
            builder.AppendRun(run.X, row, end);
            int shallow = end < run.Bottom ? depth[end..run.Bottom].IndexOfAnyExceptInRange(enough, ushort.MaxValue) : -1;
            row = shallow < 0 ? run.Bottom : end + shallow;
        }
    }
}
