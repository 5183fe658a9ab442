using Panoptes.Masks;

namespace Panoptes.Tests.Masks;

/// <summary>Polygons with fewer corners: no point of the outline is further from them than the tolerance.</summary>
public class OutlineSimplifierTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_corner_that_is_dropped_was_within_the_tolerance(double tolerance)
    {
        foreach (Rle mask in GoldenMaskTests.LoadMasks(out _).Values.Take(40))
        {
            foreach (Contour contour in Contours.Trace(mask))
            {
                IReadOnlyList<int> simple = OutlineSimplifier.Simplify(contour.Points, tolerance);

                Assert.True(simple.Count >= 6 && simple.Count <= contour.Points.Count);
                for (int i = 0; i < contour.Points.Count; i += 2)
                {
                    Assert.True(DistanceToOutline(contour.Points[i], contour.Points[i + 1], simple) <= tolerance + 1e-9 || simple == contour.Points);
                }
            }
        }
    }

    [Fact]
    public void The_stairs_of_a_slanted_edge_become_one_edge()
    {
        byte[] triangle = new byte[64 * 64];
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x <= y; x++) triangle[(64 * y) + x] = 1;
        }

        Rle mask = Rle.FromMask(triangle, 64, 64);
        double[] exact = Assert.Single(mask.ToPolygons());
        double[] simple = Assert.Single(mask.ToPolygons(tolerance: 1));

        Assert.True(exact.Length > 120);
        Assert.InRange(simple.Length, 6, 10);
        Assert.True(Rle.FromPolygons([simple], mask.Size).IoU(mask) > 0.95);
    }

    [Fact]
    public void A_small_region_is_not_lost_to_a_large_tolerance()
    {
        Rle dot = Rle.FromBox(new Box(3, 3, 4, 4), 10, 10);

        Assert.Equal(dot, Rle.FromPolygons(dot.ToPolygons(tolerance: 50), dot.Size));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_tolerance_that_is_no_distance_is_refused(double tolerance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Rle.Empty(4, 4).ToPolygons(tolerance));

    private static double DistanceToOutline(double x, double y, IReadOnlyList<int> points)
    {
        double least = double.MaxValue;
        for (int i = 0; i < points.Count; i += 2)
        {
            int next = (i + 2) % points.Count;
            (double ax, double ay) = (points[i], points[i + 1]);
            (double dx, double dy) = (points[next] - ax, points[next + 1] - ay);
            double along = Math.Clamp((((x - ax) * dx) + ((y - ay) * dy)) / Math.Max((dx * dx) + (dy * dy), 1e-12), 0, 1);
            least = Math.Min(least, Math.Sqrt(Math.Pow(x - ax - (along * dx), 2) + Math.Pow(y - ay - (along * dy), 2)));
        }

        return least;
    }
}
