using System.Numerics;

namespace Panoptes.Masks;

/// <summary>Traces masks to polygons.</summary>
/// <remarks>
/// Outlines follow the borders between foreground and background pixels, so they hold the mask exactly. Pixels that touch only at a
/// corner belong to different regions (4-connectivity), so an outer outline does not touch itself; a hole's may.
/// </remarks>
internal static class Contours
{
    private static readonly (int X, int Y)[] s_step = [(1, 0), (0, 1), (-1, 0), (0, -1)]; // east, south, west, north

    /// <summary>All outlines of a mask, outer ones and holes, in the order of their topmost, leftmost corner.</summary>
    public static IReadOnlyList<Contour> Trace(Rle mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.IsEmpty)
        {
            return [];
        }

        Bitmask pixels = Bitmask.FromRle(mask);
        Bitmask traced = new(mask.Height, mask.Width); // pixels whose upper border belongs to an outline already
        List<int[]> outlines = [];
        for (int y = 0; y < pixels.Height; y++)
        {
            for (int word = 0; word < pixels.WordsPerRow; word++)
            {
                while (true)
                {
                    // Every outline has an upper border: an outer one at its top, a hole right below its bottom.
                    ulong above = y > 0 ? pixels.Row(y - 1)[word] : 0;
                    ulong starts = pixels.Row(y)[word] & ~above & ~traced.Row(y)[word];
                    if (starts == 0)
                    {
                        break;
                    }

                    outlines.Add(Follow(pixels, traced, (word * 64) + BitOperations.TrailingZeroCount(starts), y));
                }
            }
        }

        return FindParents(pixels, outlines);
    }

    /// <summary>
    /// The mask as polygons in COCO's form, one for each region:
    /// <see cref="Rle.FromPolygons(IReadOnlyList{IReadOnlyList{double}}, int, int)"/> gives the same mask back, to the pixel.
    /// </summary>
    /// <remarks>A hole is tied to the outline around it by an edge that runs forth and back, and so leaves no trace when drawn.</remarks>
    /// <param name="mask">The mask.</param>
    /// <param name="tolerance">How far an outline may be moved to save corners, in pixels, at least 0. The default, 0, keeps every pixel; 1
    /// removes the stairs of slanted edges.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public static IReadOnlyList<double[]> ToPolygons(Rle mask, double tolerance = 0) => ToPolygons(mask, tolerance, out _);

    /// <summary>As <see cref="ToPolygons(Rle, double)"/>, and tells how many holes had to be tied.</summary>
    public static IReadOnlyList<double[]> ToPolygons(Rle mask, out int holes) => ToPolygons(mask, 0, out holes);

    private static double[][] ToPolygons(Rle mask, double tolerance, out int holes)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (!(tolerance >= 0)) throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "It must be at least 0.");
        IReadOnlyList<Contour> contours = Trace(mask);
        if (tolerance > 0) contours = [.. contours.Select(c => c with { Points = OutlineSimplifier.Simplify(c.Points, tolerance) })];
        holes = contours.Count(c => c.IsHole);
        Dictionary<int, List<double>> polygons = [];
        for (int i = 0; i < contours.Count; i++)
        {
            if (!contours[i].IsHole)
            {
                polygons[i] = [.. contours[i].Points.Select(p => (double)p)];
            }
        }

        foreach (Contour hole in contours.Where(c => c.IsHole))
        {
            List<double> polygon = polygons[hole.Parent];
            polygon.AddRange([polygon[0], polygon[1]]);
            polygon.AddRange(hole.Points.Select(p => (double)p));
            polygon.AddRange([hole.Points[0], hole.Points[1]]); // closing the polygon leads back to its first corner
        }

        return [.. polygons.OrderBy(p => p.Key).Select(p => p.Value.ToArray())];
    }

    /// <summary>The rings of each region, the outer one first.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> ToRings(Rle mask)
    {
        // Tracing takes memory for all pixels of a mask: those of its bounds are enough.
        PixelBounds bounds = PixelBounds.Of(mask.Counts, mask.Height);
        if (mask.IsEmpty) return [];
        IReadOnlyList<Contour> contours = Trace(
            mask.Crop(bounds.Left, bounds.Top, bounds.Bottom - bounds.Top, bounds.Right - bounds.Left));
        List<double[]>[] rings = [.. contours.Select(_ => new List<double[]>())];
        for (int i = 0; i < contours.Count; i++)
        {
            if (!contours[i].IsHole) rings[i].Add(ToRing(contours[i].Points, bounds));
        }

        foreach (Contour hole in contours.Where(c => c.IsHole)) rings[hole.Parent].Add(ToRing(hole.Points, bounds));
        return [.. rings.Where(region => region.Count > 0)];
    }

    private static double[] ToRing(IReadOnlyList<int> points, PixelBounds bounds) =>
        [.. points.Select((value, i) => (double)(value + (i % 2 == 0 ? bounds.Left : bounds.Top)))];

    /// <summary>Follows the outline that begins eastwards on the upper border of a pixel.</summary>
    private static int[] Follow(Bitmask pixels, Bitmask traced, int startX, int startY)
    {
        List<int> points = [];
        int x = startX;
        int y = startY;
        int direction = 0;
        do
        {
            if (direction == 0)
            {
                traced[y, x] = true;
            }

            x += s_step[direction].X;
            y += s_step[direction].Y;

            // Of the two pixels ahead, the right one must be foreground and the left one background to go straight on. Where they meet
            // the other way round, at a corner only, turning right stays with the same pixel.
            (bool left, bool right) = Ahead(pixels, x, y, direction);
            int turned = !right ? (direction + 1) & 3 : left ? (direction + 3) & 3 : direction;
            if (turned != direction)
            {
                points.Add(x);
                points.Add(y);
                direction = turned;
            }
        }
        while (x != startX || y != startY || direction != 0);

        return [.. points];
    }

    private static (bool Left, bool Right) Ahead(Bitmask pixels, int x, int y, int direction)
    {
        bool northWest = IsForeground(pixels, x - 1, y - 1);
        bool northEast = IsForeground(pixels, x, y - 1);
        bool southWest = IsForeground(pixels, x - 1, y);
        bool southEast = IsForeground(pixels, x, y);
        return direction switch
        {
            0 => (northEast, southEast),
            1 => (southEast, southWest),
            2 => (southWest, northWest),
            _ => (northWest, northEast),
        };
    }

    private static bool IsForeground(Bitmask pixels, int x, int y) =>
        (uint)x < (uint)pixels.Width && (uint)y < (uint)pixels.Height && pixels[y, x];

    /// <summary>Tells holes from outer outlines and finds the outer outline around each hole.</summary>
    private static Contour[] FindParents(Bitmask pixels, List<int[]> outlines)
    {
        bool[] isHole = [.. outlines.Select(points => SignedArea(points) < 0)];
        int[] parents = new int[outlines.Count];
        Array.Fill(parents, -1);
        if (isHole.Contains(true))
        {
            Dictionary<(int X, int Y), int> ownerOfLeftBorder = LeftBorders(outlines);

            // From the leftmost border of a hole, the foreground to its left ends at an outline further left: the outer one, or that
            // of another hole of the same region, whose parent is known when holes are taken from left to right.
            IOrderedEnumerable<(int Index, (int X, int Y) Corner)> holes = Enumerable.Range(0, outlines.Count).Where(i => isHole[i])
                .Select(i => (Index: i, Corner: LeftmostCorner(outlines[i]))).OrderBy(hole => hole.Corner.X);
            foreach ((int index, (int cornerX, int y)) in holes)
            {
                int x = cornerX - 1;
                while (IsForeground(pixels, x - 1, y))
                {
                    x--;
                }

                int owner = ownerOfLeftBorder[(x, y)];
                parents[index] = isHole[owner] ? parents[owner] : owner;
            }
        }

        return [.. outlines.Select((points, i) => new Contour(points, isHole[i], parents[i]))];
    }

    /// <summary>Twice the area inside, positive for a clockwise outline (on a screen, where y grows downwards).</summary>
    private static long SignedArea(int[] points)
    {
        long area = 0;
        for (int i = 0; i < points.Length; i += 2)
        {
            int next = (i + 2) % points.Length;
            area += ((long)points[i] * points[next + 1]) - ((long)points[next] * points[i + 1]);
        }

        return area;
    }

    /// <summary>Which outline runs along the left border of a pixel: there it goes north.</summary>
    private static Dictionary<(int X, int Y), int> LeftBorders(List<int[]> outlines)
    {
        Dictionary<(int X, int Y), int> owners = [];
        for (int i = 0; i < outlines.Count; i++)
        {
            int[] points = outlines[i];
            for (int p = 0; p < points.Length; p += 2)
            {
                int next = (p + 2) % points.Length;
                for (int y = points[next + 1]; y < points[p + 1]; y++)
                {
                    owners[(points[p], y)] = i;
                }
            }
        }

        return owners;
    }

    /// <summary>The column of a hole's leftmost border and a row of it.</summary>
    private static (int X, int Y) LeftmostCorner(int[] points)
    {
        // A hole's leftmost border runs south (foreground is to the right hand, west of it): the upper end of it is wanted.
        (int X, int Y) leftmost = (int.MaxValue, 0);
        for (int p = 0; p < points.Length; p += 2)
        {
            int next = (p + 2) % points.Length;
            bool south = points[next] == points[p] && points[next + 1] > points[p + 1];
            if (south && points[p] < leftmost.X)
            {
                leftmost = (points[p], points[p + 1]);
            }
        }

        return leftmost;
    }
}
