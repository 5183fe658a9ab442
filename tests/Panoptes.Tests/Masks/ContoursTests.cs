using Panoptes.Masks;

namespace Panoptes.Tests.Masks;

public class ContoursTests
{
    [Fact]
    public void A_square_with_a_hole_has_two_outlines()
    {
        byte[] pixels =
        [
            0, 0, 0, 0, 0,
            0, 1, 1, 1, 0,
            0, 1, 0, 1, 0,
            0, 1, 1, 1, 0,
        ];
        IReadOnlyList<Contour> contours = Contours.Trace(Rle.FromMask(pixels, 4, 5));
        Assert.Equal(2, contours.Count);
        Assert.Equal([4, 1, 4, 4, 1, 4, 1, 1], contours[0].Points);
        Assert.False(contours[0].IsHole);
        Assert.Equal([3, 3, 3, 2, 2, 2, 2, 3], contours[1].Points);
        Assert.Equal((true, 0), (contours[1].IsHole, contours[1].Parent));
    }

    [Fact]
    public void Rings_are_those_of_the_whole_image_and_name_holes_after_their_region()
    {
        byte[] pixels =
        [
            0, 0, 0, 0, 0, 0,
            0, 0, 1, 1, 1, 0,
            0, 0, 1, 0, 1, 0,
            0, 0, 1, 1, 1, 0,
            1, 0, 0, 0, 0, 0,
        ];
        IReadOnlyList<IReadOnlyList<double[]>> regions = Rle.FromMask(pixels, 5, 6).ToRings();

        Assert.Equal([2, 1], regions.Select(rings => rings.Count));
        Assert.Equal([5, 1, 5, 4, 2, 4, 2, 1], regions[0][0]);
        Assert.Equal([4, 3, 4, 2, 3, 2, 3, 3], regions[0][1]);
        Assert.Equal([1, 4, 1, 5, 0, 5, 0, 4], regions[1][0]);
        Assert.Empty(Rle.Empty(5, 6).ToRings());
    }

    [Fact]
    public void Pixels_that_touch_at_a_corner_are_two_regions()
    {
        IReadOnlyList<Contour> contours = Contours.Trace(Rle.FromMask([1, 0, 0, 1], 2, 2));
        Assert.Equal(2, contours.Count);
        Assert.All(contours, c => Assert.Equal(8, c.Points.Count));
    }

    [Fact]
    public void Real_masks_and_crowds_survive_as_polygons()
    {
        foreach (Rle mask in GoldenMaskTests.LoadMasks(out _).Values)
        {
            Assert.Equal(mask, Rle.FromPolygons(Contours.ToPolygons(mask), mask.Height, mask.Width));
        }
    }

    [Fact]
    public void An_empty_mask_has_no_outline() => Assert.Empty(Contours.Trace(Rle.Empty(5, 5)));
}
