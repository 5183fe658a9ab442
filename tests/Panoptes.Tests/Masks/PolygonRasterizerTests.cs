using FsCheck.Fluent;
using Panoptes.Masks;

namespace Panoptes.Tests.Masks;

public class PolygonRasterizerTests
{
    [Fact]
    public void The_direct_computation_draws_what_walking_along_the_outline_draws() => RandomMasks.Holds(
        from corners in Gen.Choose(3, 9)
        from numbers in Gen.Choose(-200, 500).ArrayOf(2 * corners)
        from divisor in Gen.Elements(1.0, 3.0, 10.0, 16.0, 97.0)
        select numbers.Select(n => n / divisor).ToArray(),
        polygon => Rle.FromPolygon(polygon, 23, 31).Equals(DrawByWalking(polygon, 23, 31)));

    [Fact]
    public void A_polygon_far_larger_than_the_image_fills_it_at_once()
    {
        Rle mask = Rle.FromPolygons([[-9e7, -9e7, -9e7, 9e7, 9e7, 9e7, 9e7, -9e7]], 50, 60);
        Assert.Equal(3000, mask.Area);
    }

    [Fact]
    public void A_box_with_whole_borders_covers_its_pixels()
    {
        Assert.Equal(new Box(2, 1, 7, 4), Rle.FromBox(new Box(2, 1, 7, 4), 10, 10).Bounds);
        Assert.Equal(15, Rle.FromBox(new Box(2, 1, 7, 4), 10, 10).Area);
    }

    [Fact]
    public void Overlapping_polygons_are_united_and_an_outline_that_crosses_itself_is_even_odd()
    {
        double[] square = [0, 0, 0, 4, 4, 4, 4, 0];
        Assert.Equal(16, Rle.FromPolygons([square, square], 8, 8).Area);
        Assert.Equal(0, Rle.FromPolygon([.. square, .. square], 8, 8).Area);
        Assert.True(Rle.FromPolygons([], 8, 8).IsEmpty);
    }

    /// <summary>The rule as cocoapi states it: list every point of the outline on the fine grid, then look where columns change.</summary>
    private static Rle DrawByWalking(double[] polygon, int height, int width)
    {
        List<(int U, int V)> outline = [];
        int corners = polygon.Length / 2;
        for (int i = 0; i < corners; i++)
        {
            outline.AddRange(Edge(Grid(polygon, i), Grid(polygon, (i + 1) % corners)));
        }

        bool[] inside = new bool[height * width];
        for (int i = 1; i < outline.Count; i++)
        {
            ((int u, int v), (int previousU, int previousV)) = (outline[i], outline[i - 1]);
            if (u == previousU)
            {
                continue;
            }

            double column = ((Math.Min(u, previousU) + 0.5) / 5) - 0.5;
            if (Math.Abs(u - previousU) != 1 || column != Math.Floor(column) || column < 0 || column > width - 1)
            {
                continue;
            }

            double row = Math.Ceiling(Math.Clamp(((Math.Min(v, previousV) + 0.5) / 5) - 0.5, 0, height));
            for (int y = (int)row; y < height; y++)
            {
                inside[(y * width) + (int)column] ^= true;
            }
        }

        return Rle.FromMask([.. inside.Select(p => p ? (byte)1 : (byte)0)], height, width);
    }

    private static (int X, int Y) Grid(double[] polygon, int corner) =>
        ((int)((5 * polygon[2 * corner]) + 0.5), (int)((5 * polygon[(2 * corner) + 1]) + 0.5));

    private static IEnumerable<(int U, int V)> Edge((int X, int Y) from, (int X, int Y) to)
    {
        int dx = Math.Abs(to.X - from.X);
        int dy = Math.Abs(to.Y - from.Y);
        bool alongX = dx >= dy;
        bool backwards = alongX ? from.X > to.X : from.Y > to.Y;
        ((int X, int Y) low, (int X, int Y) high) = backwards ? (to, from) : (from, to);
        int steps = Math.Max(dx, dy);
        double slope = steps == 0 ? 0 : alongX ? (double)(high.Y - low.Y) / dx : (double)(high.X - low.X) / dy;
        IEnumerable<(int U, int V)> points = Enumerable.Range(0, steps + 1).Select(t => alongX
            ? (low.X + t, (int)(low.Y + (slope * t) + 0.5))
            : ((int)(low.X + (slope * t) + 0.5), low.Y + t));
        return backwards ? points.Reverse() : points;
    }
}
