namespace Panoptes.Masks;

/// <summary>
/// Takes corners out of an outline (Ramer 1972, Douglas and Peucker 1973): what is left is never further than the tolerance from what was
/// there.
/// </summary>
internal static class OutlineSimplifier
{
    /// <summary>Simplifies a closed outline.</summary>
    /// <param name="points"><c>x0, y0, x1, y1, ...</c>; the last corner is joined to the first.</param>
    /// <param name="tolerance">The largest distance, in pixels.</param>
    /// <returns>At least three corners; the outline as it is where fewer would be left, so that no region is lost.</returns>
    public static IReadOnlyList<int> Simplify(IReadOnlyList<int> points, double tolerance)
    {
        int count = points.Count / 2;
        int far = Furthest(points, 0, count, (i) => Distance(points, 0, 0, i)).Index;
        bool[] keep = new bool[count];
        (keep[0], keep[far]) = (true, true);
        // Halves of the outline, as indices that may pass its end; a stack, since an outline may have a million corners.
        Stack<(int First, int Last)> parts = new([(0, far), (far, count)]);
        while (parts.TryPop(out (int First, int Last) part))
        {
            (int index, double distance) = Furthest(points, part.First, part.Last, i => Distance(points, part.First, part.Last % count, i));
            if (distance <= tolerance) continue;
            keep[index] = true;
            parts.Push((part.First, index));
            parts.Push((index, part.Last));
        }

        int[] kept = [.. Enumerable.Range(0, count).Where(i => keep[i])];
        return kept.Length < 3 ? points : [.. kept.SelectMany(i => (int[])[points[2 * i], points[(2 * i) + 1]])];
    }

    private static (int Index, double Distance) Furthest(IReadOnlyList<int> points, int first, int last, Func<int, double> distance)
    {
        (int Index, double Distance) furthest = (first, 0);
        for (int i = first + 1; i < last; i++)
        {
            double own = distance(i);
            if (own > furthest.Distance) furthest = (i, own);
        }

        return furthest;
    }

    /// <summary>From a corner to the line between two others, or to the first where they are one.</summary>
    private static double Distance(IReadOnlyList<int> points, int from, int to, int corner)
    {
        double dx = points[2 * to] - points[2 * from], dy = points[(2 * to) + 1] - points[(2 * from) + 1];
        double x = points[2 * corner] - points[2 * from], y = points[(2 * corner) + 1] - points[(2 * from) + 1];
        double squared = (dx * dx) + (dy * dy);
        if (squared == 0) return Math.Sqrt((x * x) + (y * y));
        double along = Math.Clamp(((x * dx) + (y * dy)) / squared, 0, 1);
        double offX = x - (along * dx), offY = y - (along * dy);
        return Math.Sqrt((offX * offX) + (offY * offY));
    }
}
