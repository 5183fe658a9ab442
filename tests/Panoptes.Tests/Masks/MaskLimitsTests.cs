using Panoptes.Masks;

namespace Panoptes.Tests.Masks;

public class MaskLimitsTests
{
    [Fact]
    public void A_mask_too_narrow_for_rows_of_bits_is_refused() =>
        Assert.Equal(InputErrorKind.TooLarge, Assert.Throws<InputException>(() => new Bitmask(int.MaxValue, 1)).Kind);

    [Fact]
    public void Rows_without_columns_take_no_time()
    {
        Rle mask = Rle.Empty(int.MaxValue, 0);
        mask.ToMask([]);
        Assert.Empty(Contours.Trace(mask));
        Assert.Equal(mask, Bitmask.FromRle(mask).ToRle());
    }

    [Fact]
    public void A_polygon_that_crosses_too_many_columns_is_refused_before_memory_is_taken()
    {
        double[] zigZag = [.. Enumerable.Range(0, 1000).SelectMany(i => new double[] { i % 2 == 0 ? 0 : 100_000, i })];
        InputException error = Assert.Throws<InputException>(() => Rle.FromPolygon(zigZag, 1000, 100_000));
        Assert.Equal(InputErrorKind.TooLarge, error.Kind);
        Assert.Contains("InputLimits.MaxRuns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_polygons_are_united_as_one_after_the_other()
    {
        Random random = new(1);
        double[][] polygons =
        [
            .. Enumerable.Range(0, 37).Select(_ => (X: random.Next(90), Y: random.Next(70)))
                .Select(p => new double[] { p.X, p.Y, p.X + 20, p.Y + 3, p.X + 6, p.Y + 25 }),
        ];
        Rle expected = polygons.Select(p => Rle.FromPolygon(p, 80, 100)).Aggregate((a, b) => a.Union(b));
        Assert.Equal(expected, Rle.FromPolygons(polygons, 80, 100));

        using RunBuffer runs = new();
        foreach (double[] polygon in polygons)
        {
            runs.AddPolygon(polygon, 0, 80, 100);
        }

        runs.UnitePolygons();
        Assert.Equal(expected.Counts.ToArray(), runs.Slice(0, runs.Length).ToArray());
    }
}
