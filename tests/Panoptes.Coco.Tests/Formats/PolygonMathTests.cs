using Panoptes.Coco.Formats;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Formats;

public sealed class PolygonMathTests
{
    [Fact]
    public void Two_squares_are_joined_at_their_nearest_corners()
    {
        double[] joined = PolygonMath.Join([[0, 0, 2, 0, 2, 2, 0, 2], [5, 0, 5, 2, 7, 2, 7, 0]]);

        // The second turns the other way and is reversed.
        Assert.Equal([0, 0, 2, 0, 5, 0, 7, 0, 7, 2, 5, 2, 5, 0, 2, 0, 2, 2, 0, 2], joined);
        Assert.Equal(8, PolygonMath.Area([joined]));
        Assert.Equal(new BoxXywh(0, 0, 7, 2), PolygonMath.Bounds([joined]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Joined_outlines_of_any_mask_draw_the_same_mask(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 50; i++)
        {
            byte[] pixels = new byte[23 * 31];
            for (int p = 0; p < pixels.Length; p++)
            {
                pixels[p] = random.Next(4) < seed ? (byte)1 : (byte)0;
            }

            Rle mask = Rle.FromMask(pixels, 23, 31);
            double[] joined = PolygonMath.Join(Contours.ToPolygons(mask));
            Assert.Equal(mask, Rle.FromPolygon(joined, 23, 31));
            Assert.Equal(mask.Area, PolygonMath.Area([joined]));
        }
    }
}
