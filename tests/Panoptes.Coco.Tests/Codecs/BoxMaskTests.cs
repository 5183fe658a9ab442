using Panoptes.Coco.Codecs;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Codecs;

public class BoxMaskTests
{
    [Fact]
    public void A_polygon_is_scaled_to_the_square_and_drawn_as_coco_draws()
    {
        // A triangle in a box of 14x7 at (10, 20), drawn at 28x28: twice as wide, four times as high.
        double[] triangle = [10, 20, 24, 20, 10, 27];
        byte[] square = Draw(CocoSegmentation.FromPolygons([triangle]), new BoxXywh(10, 20, 14, 7), 28);
        byte[] expected = new byte[28 * 28];
        Rle.FromPolygon([0, 0, 28, 0, 0, 28], 28, 28).ToMask(expected);
        Assert.Equal(expected, square);
    }

    [Fact]
    public void Polygons_of_one_object_are_united()
    {
        double[][] halves = [[0, 0, 4, 0, 4, 8, 0, 8], [4, 0, 8, 0, 8, 8, 4, 8]];
        Assert.All(Draw(CocoSegmentation.FromPolygons(halves), new BoxXywh(0, 0, 8, 8), 16), pixel => Assert.Equal(1, pixel));
    }

    [Theory]
    [InlineData(8, 8)] // shrinks
    [InlineData(40, 24)] // the same in one direction
    [InlineData(60, 60)] // grows
    public void Run_lengths_give_each_cell_the_share_that_they_cover(int size, int other)
    {
        byte[] pixels = new byte[100 * 90];
        Random random = new(size + other);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i % 90 * 3 / 17 + (i / 90 * 2 / 23) + (random.Next(20) / 19)) % 2);
        }

        Box box = new(11.25, 7.5, 51.25, 31.5);
        byte[] square = Draw(CocoSegmentation.FromRle(Rle.FromMask(pixels, 100, 90)), BoxXywh.FromBox(box), size);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                double share = Share(pixels, 90, box, size, x, y);
                if (Math.Abs(share - 0.5) > 1e-9)
                {
                    Assert.Equal(share > 0.5 ? 1 : 0, square[(y * size) + x]);
                }
            }
        }
    }

    [Fact]
    public void What_lies_beyond_the_box_or_the_image_does_not_count()
    {
        Rle full = Rle.FromBox(new Box(0, 0, 10, 10), 10, 10);
        byte[] square = Draw(CocoSegmentation.FromRle(full), new BoxXywh(5, 5, 10, 10), 4);
        Assert.Equal([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], square);
    }

    [Fact]
    public void A_box_without_width_is_no_trouble() =>
        Assert.Equal(64, Draw(CocoSegmentation.FromPolygons([[3, 3, 3, 9, 3, 5]]), new BoxXywh(3, 3, 0, 6), 8).Length);

    /// <summary>The covered share of a cell, by looking at every pixel.</summary>
    private static double Share(byte[] pixels, int width, Box box, int size, int x, int y)
    {
        double left = box.X1 + (x * box.Width / size);
        double right = box.X1 + ((x + 1) * box.Width / size);
        double top = box.Y1 + (y * box.Height / size);
        double bottom = box.Y1 + ((y + 1) * box.Height / size);
        double covered = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            double wide = Math.Max(0, Math.Min(right, (i % width) + 1) - Math.Max(left, i % width));
            double high = Math.Max(0, Math.Min(bottom, (i / width) + 1) - Math.Max(top, i / width));
            covered += pixels[i] * wide * high;
        }

        return covered / ((right - left) * (bottom - top));
    }

    private static byte[] Draw(CocoSegmentation mask, BoxXywh box, int size)
    {
        InstanceDataset dataset = InstanceDataset.Create(
            [new CocoImage(1, "a.png", mask.Rle?.Width ?? 90, mask.Rle?.Height ?? 100)],
            [new CocoCategory(1, "thing")],
            [new CocoAnnotation(1, 1, 1, box, 1, IsCrowd: false, mask)]);
        return MaskSet.Of(dataset, size).Mask(0).Pixels;
    }
}
