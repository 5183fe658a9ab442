using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Tests.Masks;

public class RleTests
{
    // 4 rows, 3 columns.
    private static readonly byte[] s_small = [0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0];

    [Fact]
    public void A_small_mask_has_the_known_counts_and_text()
    {
        Rle mask = Rle.FromMask(s_small, 4, 3);
        Assert.Equal([3u, 3u, 3u, 2u, 1u], mask.Counts.ToArray());
        Assert.Equal("333ON", mask.ToCompressedString());
        Assert.Equal(mask, Rle.Parse("333ON", 4, 3));
        Assert.Equal(mask, Rle.Parse("333ON"u8, 4, 3));
    }

    [Fact]
    public void A_mask_that_starts_with_foreground_has_a_first_count_of_0()
    {
        Rle mask = Rle.FromMask([1, 1, 0, 1], 2, 2);
        Assert.Equal([0u, 1u, 1u, 2u], mask.Counts.ToArray());
        Assert.Equal([4u], Rle.Empty(2, 2).Counts.ToArray());
        Assert.Equal([0u, 4u], Rle.Empty(2, 2).Complement().Counts.ToArray());
    }

    [Fact]
    public void Empty_runs_in_the_middle_are_merged_away()
    {
        Rle mask = Rle.FromCounts([1, 2, 0, 1, 3, 0, 2], 3, 3);
        Assert.Equal([1u, 3u, 5u], mask.Counts.ToArray());
        Assert.Equal([9u], Rle.FromCounts([4, 0, 5, 0], 3, 3).Counts.ToArray());
        Assert.Equal([0u, 9u], Rle.FromCounts([0, 4, 0, 5], 3, 3).Counts.ToArray());
    }

    [Theory]
    [InlineData("333O", "covers 11 pixels, but the mask has 12")]
    [InlineData("333ON1", "already cover 15 pixels")]
    [InlineData("33 3", "code 32 at position 2")]
    [InlineData("33é", "at position 2")]
    [InlineData("33~", "'~' at position 2")]
    [InlineData("333o", "ends in the middle of a number")]
    [InlineData("oooooooooo", "too large")]
    [InlineData("3O", "run 1 is negative (-1)")]
    [InlineData("", "covers 0 pixels")]
    public void Malformed_text_is_refused_with_the_reason(string text, string reason)
    {
        InputException error = Assert.Throws<InputException>(() => Rle.Parse(text, 4, 3));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_that_do_not_fit_the_size_are_refused()
    {
        Assert.Contains("sum to 11", Assert.Throws<InputException>(() => Rle.FromCounts([5, 6], 4, 3)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "sum to 8589934590",
            Assert.Throws<InputException>(() => Rle.FromCounts([uint.MaxValue, uint.MaxValue], 4, 3)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Rle.FromCounts([0], 70_000, 70_000));
        Assert.Throws<InputException>(() => Rle.Parse("0", -1, 4));
    }

    [Theory]
    [InlineData(new double[] { 1, 1, 5, 5 }, "has 4 numbers")]
    [InlineData(new double[] { 1, 1, 5, 5, 3, 2, 1 }, "has 7 numbers")]
    [InlineData(new double[] { 1, 1, 5, double.NaN, 3, 2 }, "NaN")]
    [InlineData(new double[] { 1, 1, 5, 1e300, 3, 2 }, "1E+300")]
    public void Malformed_polygons_are_refused_with_the_reason(double[] polygon, string reason)
    {
        InputException error = Assert.Throws<InputException>(() => Rle.FromPolygons([polygon], 4, 3));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_of_different_sizes_do_not_mix()
    {
        Rle a = Rle.Empty(3, 4);
        Rle b = Rle.Empty(4, 3);
        Assert.NotEqual(a, b);
        Assert.Throws<ArgumentException>(() => a.Union(b));
        Assert.Throws<ArgumentException>(() => a.IoU(b));
        Assert.Throws<ArgumentException>(() => MaskIoU.Matrix([a], [b]));
    }

    [Fact]
    public void A_builder_refuses_what_lies_outside_or_before()
    {
        RleBuilder builder = new(4, 3);
        builder.AppendRun(1, 1, 3);
        Assert.Throws<ArgumentException>(() => builder.AppendRun(1, 2, 4));
        Assert.Throws<ArgumentException>(() => builder.AppendRun(0, 0, 1));
        Assert.Throws<ArgumentException>(() => builder.AppendRun(3, 0, 1));
        Assert.Throws<ArgumentException>(() => builder.AppendRun(2, 0, 5));
        builder.AppendRun(2, 0, 0);
        Assert.Equal([5u, 2u, 5u], builder.ToRle().Counts.ToArray());
    }

    [Fact]
    public void IoU_matrices_of_all_images_equal_pycocotools()
    {
        Dictionary<long, Rle> masks = GoldenMaskTests.LoadMasks(out Dictionary<long, double[]> boxes);
        using JsonDocument golden = GoldenFile.Open("golden/masks_val2017.json");
        int crowds = 0;
        foreach (JsonElement image in golden.RootElement.GetProperty("iou").EnumerateArray())
        {
            long[] ids = [.. image.GetProperty("annotation_ids").EnumerateArray().Select(id => id.GetInt64())];
            bool[] crowd = [.. image.GetProperty("iscrowd").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
            crowds += crowd.Count(c => c);
            Rle[] rles = [.. ids.Select(id => masks[id])];
            BoxXywh[] xywh = [.. ids.Select(id => boxes[id]).Select(b => new BoxXywh(b[0], b[1], b[2], b[3]))];
            Assert.Equal(Flatten(image.GetProperty("segm")), MaskIoU.Matrix(rles, rles, crowd));
            Assert.Equal(Flatten(image.GetProperty("bbox")), MaskIoU.Matrix(xywh, xywh, crowd));
        }

        Assert.True(crowds > 0);
    }

    private static double[] Flatten(JsonElement matrix) => [.. matrix.EnumerateArray().SelectMany(GoldenFile.Numbers)];

    [Fact]
    public void Equal_masks_are_equal_by_the_operators_too()
    {
        Rle square = Rle.FromBox(new Box(1, 1, 3, 3), new ImageSize(8, 6)), same = Rle.FromBox(new Box(1, 1, 3, 3), 6, 8);

        Assert.True(square == same);
        Assert.False(square != same);
        Assert.True(square != Rle.Empty(same.Size));
        Assert.False(square == null);
        Assert.True((Rle?)null == null);
    }

    [Fact]
    public void A_size_names_its_sides_where_two_numbers_would_not()
    {
        ImageSize size = new(8, 6);
        Rle mask = Rle.FromBox(new Box(1, 2, 7, 4), size);

        Assert.Equal((6, 8), (mask.Height, mask.Width));
        Assert.Equal(mask, Rle.Parse(mask.ToCompressedString(), size));
        Assert.Equal(mask, Rle.FromCounts(mask.Counts, size));
        Assert.Equal(mask.Resize(3, 4), mask.Resize(new ImageSize(4, 3)));
    }

    [Fact]
    public void A_box_is_short_as_a_text() => Assert.Equal("[12.5, 30, 80, 99.1]", new Box(12.5, 30, 80, 99.1234).ToString());
}
