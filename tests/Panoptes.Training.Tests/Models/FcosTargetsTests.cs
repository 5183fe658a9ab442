using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Tests.Models;

public class FcosTargetsTests
{
    private const int Height = 128;
    private const int Width = 160;

    [Theory]
    [InlineData(1.5, false)]
    [InlineData(1.5, true)]
    [InlineData(0.3, false)]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void Targets_are_those_of_a_loop_over_every_location_and_object(double radius, bool inMask)
    {
        FcosConfig config = new() { CenterSamplingRadius = radius, LevelBoundaries = [16, 32, 64, 96] };
        LocationGrid grid = new(Height, Width, 5);
        FcosTargets.MaskTest? mask = inMask ? (k, x, y) => ((x * 7) + (y * 3) + k) % 3 != 0 : null;
        int positives = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            RandomStream random = new(seed);
            int[] counts = [random.NextInt(8), 0, 1 + random.NextInt(8)];
            Box[] boxes = [.. Enumerable.Range(0, counts.Sum()).Select(_ => RandomBox(ref random))];
            long[] classes = [.. boxes.Select((_, k) => (long)(k % 4))];

            FcosTargets targets = FcosTargets.Assign(config, grid, boxes, classes, counts, mask);

            List<(long Row, int Object)> expected = Slow(config, grid, boxes, counts, mask);
            positives += expected.Count;
            Assert.Equal(expected, targets.Rows.Zip(targets.Objects));
            Assert.Equal(expected.Select(e => classes[e.Object]), targets.Classes);
            Assert.Equal(targets.Centerness.Sum(c => (double)c), targets.CenternessSum, 1e-4);
            for (int i = 0; i < targets.Count; i++)
            {
                AssertValues(grid, boxes, targets, i);
            }
        }

        Assert.True(positives > 100, $"{positives}");
    }

    [Fact]
    public void Known_centerness()
    {
        // Location (12, 20) is 10 from the left side, 20 from the top, 30 from the right, 40 from the bottom.
        FcosTargets targets = Assign(new FcosConfig { CenterSamplingRadius = 0 }, new Box(2, 0, 42, 60));
        int i = targets.Rows.ToList().IndexOf((2 * (Width / 8)) + 1);
        Assert.Equal(0.40824829, targets.Centerness[i], 1e-7);
        Assert.Equal([1.25f, 2.5f, 3.75f, 5], targets.Distances.Skip(4 * i).Take(4));
    }

    [Theory]
    [InlineData(124, 60, 8)] // 64 to the right side from (60, 60): still P3
    [InlineData(120, 56, 16)] // 64 to the right side from (56, 56): P4 already
    public void A_distance_on_a_boundary_belongs_to_both_levels(double side, int at, int stride)
    {
        LocationGrid grid = new(Height, Width, 5);
        FcosTargets targets = Assign(new FcosConfig(), new Box(0, 0, side, side));
        Assert.Contains((at, at, stride), targets.Rows.Select(row => grid.At((int)row)));
    }

    [Fact]
    public void The_smaller_box_wins_and_the_first_of_equals()
    {
        Box large = new(0, 0, 40, 40), small = new(5, 5, 35, 35);
        Assert.All(Assign(new FcosConfig(), large, small).Objects, k => Assert.Equal(1, k));
        Assert.All(Assign(new FcosConfig(), large, large, large).Objects, k => Assert.Equal(0, k));
    }

    [Fact]
    public void Sides_and_the_ends_of_the_center_region_do_not_count_as_inside()
    {
        // Locations of P3 at 4, 12, 20: the first box ends on them, the second has them 12 = 1.5 strides from its center at 24.
        Assert.Equal(0, Assign(new FcosConfig(), new Box(4, 4, 12, 12)).Count);
        LocationGrid grid = new(Height, Width, 5);
        Assert.All(
            Assign(new FcosConfig(), new Box(0, 0, 48, 48)).Rows.Select(row => grid.At((int)row)),
            location => Assert.InRange(location.X, 13, 35));
    }

    private static FcosTargets Assign(FcosConfig config, params Box[] boxes) =>
        FcosTargets.Assign(config, new LocationGrid(Height, Width, 5), boxes, new long[boxes.Length], [boxes.Length], inMask: null);

    private static Box RandomBox(ref RandomStream random)
    {
        // Half of the boxes have whole corners, whose distances fall on boundaries, and sides that repeat areas.
        bool whole = random.NextBool();
        double x = random.NextDouble() * (Width - 2), y = random.NextDouble() * (Height - 2);
        double w = 1 + (random.NextDouble() * (Width - x - 1)), h = 1 + (random.NextDouble() * (Height - y - 1));
        Box box = Box.FromXywh(x, y, w, h);
        return whole
            ? new Box(4 * Math.Floor(box.X1 / 4), 4 * Math.Floor(box.Y1 / 4), 4 * Math.Ceiling(box.X2 / 4), 4 * Math.Ceiling(box.Y2 / 4))
            : box;
    }

    private static List<(long Row, int Object)> Slow(
        FcosConfig config, LocationGrid grid, Box[] boxes, int[] counts, FcosTargets.MaskTest? mask)
    {
        List<(long, int)> found = new();
        int first = 0;
        for (int image = 0; image < counts.Length; image++)
        {
            for (int location = 0; location < grid.Count; location++)
            {
                int best = -1;
                for (int k = first; k < first + counts[image]; k++)
                {
                    if (IsPositive(config, grid, location, boxes[k])
                        && (best < 0 || boxes[k].Area < boxes[best].Area)
                        && (mask is null || mask(k, grid.At(location).X, grid.At(location).Y)))
                    {
                        best = k;
                    }
                }

                if (best >= 0)
                {
                    found.Add((((long)image * grid.Count) + location, best));
                }
            }

            first += counts[image];
        }

        return found;
    }

    private static bool IsPositive(FcosConfig config, LocationGrid grid, int location, Box box)
    {
        (int x, int y, int stride) = grid.At(location);
        double[] sides = [x - box.X1, y - box.Y1, box.X2 - x, box.Y2 - y];
        double reach = config.CenterSamplingRadius > 0 ? config.CenterSamplingRadius * stride : double.PositiveInfinity;
        bool near = Math.Abs(x - ((box.X1 + box.X2) / 2)) < reach && Math.Abs(y - ((box.Y1 + box.Y2) / 2)) < reach;
        int level = grid.LevelOf(location);
        double low = level == 0 ? -1 : config.LevelBoundaries[level - 1];
        double high = level == 4 ? double.PositiveInfinity : config.LevelBoundaries[level];
        return sides.Min() > 0 && near && sides.Max() >= low && sides.Max() <= high;
    }

    private static void AssertValues(LocationGrid grid, Box[] boxes, FcosTargets targets, int i)
    {
        (int x, int y, int stride) = grid.At((int)(targets.Rows[i] % grid.Count));
        Box box = boxes[targets.Objects[i]];
        double l = x - box.X1, t = y - box.Y1, r = box.X2 - x, b = box.Y2 - y;
        double[] expected = [l, t, r, b];
        for (int side = 0; side < 4; side++)
        {
            Assert.Equal(expected[side] / stride, targets.Distances[(4 * i) + side], 1e-5);
        }

        Assert.Equal(Math.Sqrt(Math.Min(l, r) * Math.Min(t, b) / (Math.Max(l, r) * Math.Max(t, b))), targets.Centerness[i], 1e-6);
    }
}
