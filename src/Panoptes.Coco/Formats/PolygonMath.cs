using Panoptes.Masks;

namespace Panoptes.Coco.Formats;

/// <summary>Figures of polygons <c>x0, y0, x1, y1, ...</c>, and one polygon made of several.</summary>
internal static class PolygonMath
{
    /// <summary>What keeps polygons from becoming a mask, such as more runs than the limit; null where nothing does.</summary>
    /// <param name="polygons">Polygons of finite coordinates.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public static string? ProblemAsMask(IReadOnlyList<double[]> polygons, int height, int width)
    {
        // An edge crosses each column once at most: few polygons have to be drawn to tell.
        if (polygons.Sum(polygon => polygon.Length / 2L) * width <= InputLimits.Default.MaxRuns)
        {
            return null;
        }

        try
        {
            _ = Rle.FromPolygons(polygons, height, width);
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }

    // Coordinates are kept to this many decimals of a pixel: what was written with fewer comes back exactly after a division and a product.
    private const int Decimals = 9;
    private const int MostPairs = 4_000_000;

    // At most a thousandth of the radius between a circle and its polygon.
    private const int EllipseCorners = 72;

    /// <summary>A coordinate in pixels, rounded far below what a mask depends on.</summary>
    public static double Round(double coordinate) => Math.Round(coordinate, Decimals);

    /// <summary>The box around polygons.</summary>
    public static BoxXywh Bounds(IEnumerable<double[]> polygons)
    {
        (double left, double top, double right, double bottom) =
            (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        foreach (double[] polygon in polygons)
        {
            for (int i = 0; i < polygon.Length; i += 2)
            {
                (left, right) = (Math.Min(left, polygon[i]), Math.Max(right, polygon[i]));
                (top, bottom) = (Math.Min(top, polygon[i + 1]), Math.Max(bottom, polygon[i + 1]));
            }
        }

        return new BoxXywh(left, top, Round(right - left), Round(bottom - top));
    }

    /// <summary>The area of polygons as COCO states it: the sum of what each encloses.</summary>
    public static double Area(IEnumerable<double[]> polygons) => polygons.Sum(p => Math.Abs(SignedArea(p)));

    /// <summary>The corners of a box that is turned about its center.</summary>
    /// <param name="x">The center's column.</param>
    /// <param name="y">The center's row.</param>
    /// <param name="width">The side along the angle.</param>
    /// <param name="height">The other side.</param>
    /// <param name="angle">The angle in radians, clockwise on the screen.</param>
    public static double[] RotatedBox(double x, double y, double width, double height, double angle)
    {
        (double left, double top) = (x - (width / 2), y - (height / 2));
        return Rotate([left, top, left + width, top, left + width, top + height, left, top + height], x, y, angle);
    }

    /// <summary>Turns points about another one.</summary>
    /// <param name="points">The points.</param>
    /// <param name="x">The column that they are turned about.</param>
    /// <param name="y">The row that they are turned about.</param>
    /// <param name="angle">The angle in radians, clockwise on the screen.</param>
    public static double[] Rotate(double[] points, double x, double y, double angle)
    {
        if (angle == 0)
        {
            return points;
        }

        (double sin, double cos) = Math.SinCos(angle);
        double[] turned = new double[points.Length];
        for (int i = 0; i < points.Length; i += 2)
        {
            (double dx, double dy) = (points[i] - x, points[i + 1] - y);
            (turned[i], turned[i + 1]) = (Round(x + (dx * cos) - (dy * sin)), Round(y + (dx * sin) + (dy * cos)));
        }

        return turned;
    }

    /// <summary>A polygon around an ellipse whose axes are those of the image.</summary>
    /// <param name="x">The center's column.</param>
    /// <param name="y">The center's row.</param>
    /// <param name="radiusX">Half its width.</param>
    /// <param name="radiusY">Half its height.</param>
    public static double[] Ellipse(double x, double y, double radiusX, double radiusY)
    {
        double[] corners = new double[2 * EllipseCorners];
        for (int i = 0; i < EllipseCorners; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * i / EllipseCorners);
            (corners[2 * i], corners[(2 * i) + 1]) = (x + (radiusX * cos), y + (radiusY * sin));
        }

        return corners;
    }

    /// <summary>
    /// Joins polygons to one that encloses the same: each is tied to the one before it at their nearest corners, by an edge that runs forth
    /// and back and so leaves no trace when drawn. That is how Ultralytics' tools write objects of several polygons.
    /// </summary>
    /// <param name="polygons">One or more.</param>
    public static double[] Join(IReadOnlyList<double[]> polygons)
    {
        if (polygons.Count == 1)
        {
            return polygons[0];
        }

        // All turn the same way, so that the areas of the parts add up. Corners are linked: each polygon goes in behind a corner of the
        // one before it, and moving what follows in a list would take the square of the time.
        List<(double X, double Y)> corners = Corners(polygons[0]);
        List<int> following = [.. Enumerable.Range(1, corners.Count)];
        following[^1] = -1;
        int first = 0;
        int count = corners.Count; // the corners of the polygon before
        foreach (double[] polygon in polygons.Skip(1))
        {
            List<(double X, double Y)> next = Corners(polygon);
            (int from, int to) = Nearest(corners.GetRange(first, count), next);
            int place = first + from;
            (first, count) = (corners.Count, next.Count);
            corners.AddRange([.. next[to..], .. next[..to], next[to], corners[place]]);
            following.AddRange(Enumerable.Range(first + 1, count + 2));
            (following[place], following[^1]) = (first, following[place]);
        }

        double[] result = new double[2 * corners.Count];
        for (int corner = 0, i = 0; corner >= 0; corner = following[corner], i += 2)
        {
            (result[i], result[i + 1]) = corners[corner];
        }

        return result;
    }

    private static List<(double X, double Y)> Corners(double[] polygon)
    {
        List<(double, double)> corners = [];
        for (int i = 0; i < polygon.Length; i += 2)
        {
            corners.Add((polygon[i], polygon[i + 1]));
        }

        if (SignedArea(polygon) < 0)
        {
            corners.Reverse();
        }

        return corners;
    }

    private static (int From, int To) Nearest(List<(double X, double Y)> one, List<(double X, double Y)> other)
    {
        (int, int) nearest = (0, 0);
        double least = double.PositiveInfinity;

        // Any two corners will do; of many thousands not all pairs are looked at.
        int step = 1 + (int)((long)one.Count * other.Count / MostPairs);
        for (int i = 0; i < one.Count; i += step)
        {
            for (int j = 0; j < other.Count; j++)
            {
                double dx = one[i].X - other[j].X;
                double dy = one[i].Y - other[j].Y;
                double distance = (dx * dx) + (dy * dy);
                if (distance < least)
                {
                    (least, nearest) = (distance, (i, j));
                }
            }
        }

        return nearest;
    }

    private static double SignedArea(double[] polygon)
    {
        double twice = 0;
        for (int i = 0; i < polygon.Length; i += 2)
        {
            int next = (i + 2) % polygon.Length;
            twice += (polygon[i] * polygon[next + 1]) - (polygon[next] * polygon[i + 1]);
        }

        return twice / 2;
    }
}
