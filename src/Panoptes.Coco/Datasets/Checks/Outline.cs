using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Geometry of polygons, <c>x0, y0, x1, y1, ...</c> in pixels.</summary>
internal static class Outline
{
    /// <summary>The area within a polygon (the shoelace formula), which is what COCO states; 0 or more.</summary>
    public static double Area(ReadOnlySpan<double> polygon)
    {
        // From the first corner on, so that small areas far from the origin keep their digits.
        (double x0, double y0) = (polygon[0], polygon[1]);
        double sum = 0;
        for (int i = 0; i < polygon.Length; i += 2)
        {
            int next = (i + 2) % polygon.Length;
            sum += ((polygon[i] - x0) * (polygon[next + 1] - y0)) - ((polygon[next] - x0) * (polygon[i + 1] - y0));
        }

        return Math.Abs(sum) / 2;
    }

    /// <summary>The box around the corners of polygons.</summary>
    public static Box Extent(IEnumerable<double[]> polygons)
    {
        Box box = new(double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach (double[] polygon in polygons)
        {
            for (int i = 0; i < polygon.Length; i += 2)
            {
                (double x, double y) = (polygon[i], polygon[i + 1]);
                box = new Box(Math.Min(box.X1, x), Math.Min(box.Y1, y), Math.Max(box.X2, x), Math.Max(box.Y2, y));
            }
        }

        return box;
    }

    /// <summary>The part of a polygon inside an image (Sutherland and Hodgman); empty where it lies outside.</summary>
    public static double[] Clip(double[] polygon, double width, double height)
    {
        polygon = ClipBelow(polygon, axis: 0, 0, sign: 1);
        polygon = ClipBelow(polygon, axis: 0, width, sign: -1);
        polygon = ClipBelow(polygon, axis: 1, 0, sign: 1);
        return ClipBelow(polygon, axis: 1, height, sign: -1);
    }

    /// <summary>Keeps what lies on one side of a line: where <c>sign * (coordinate - border)</c> is not negative.</summary>
    private static double[] ClipBelow(double[] polygon, int axis, double border, int sign)
    {
        List<double> kept = [];
        for (int i = 0; i < polygon.Length; i += 2)
        {
            int next = (i + 2) % polygon.Length;
            double from = sign * (polygon[i + axis] - border);
            double to = sign * (polygon[next + axis] - border);
            if (from >= 0)
            {
                kept.AddRange(polygon.AsSpan(i, 2));
            }

            if (from < 0 != to < 0)
            {
                double share = from / (from - to);
                double other = polygon[i + 1 - axis] + (share * (polygon[next + 1 - axis] - polygon[i + 1 - axis]));
                kept.AddRange(axis == 0 ? [border, other] : [other, border]);
            }
        }

        return [.. kept];
    }
}
