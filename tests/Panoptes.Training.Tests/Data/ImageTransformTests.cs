using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public class ImageTransformTests
{
    [Theory]
    [InlineData(97, 61, 97, 61)]
    [InlineData(97, 61, 150, 94)]
    [InlineData(97, 61, 40, 25)]
    [InlineData(61, 97, 128, 201)]
    public void A_mask_stays_in_its_box(int width, int height, int newWidth, int newHeight)
    {
        RandomStream random = new(8);
        for (int i = 0; i < 200; i++)
        {
            ObjectRecord item = ImageSet.RandomObject(width, height, ref random);
            ImageTransform transform = new(width, height, newWidth, newHeight, random.NextBool());
            Box box = transform.Apply(item.Box), bounds = item.MaskAt(transform).Bounds;
            Assert.InRange(bounds.X1, box.X1 - 1, box.X1 + 1);
            Assert.InRange(bounds.Y1, box.Y1 - 1, box.Y1 + 1);
            Assert.InRange(bounds.X2, box.X2 - 1, box.X2 + 1);
            Assert.InRange(bounds.Y2, box.Y2 - 1, box.Y2 + 1);
        }
    }

    [Fact]
    public void Mirroring_run_lengths_mirrors_every_pixel()
    {
        RandomStream random = new(9);
        Rle mask = ImageSet.RandomObject(50, 40, ref random).MaskAt(new ImageTransform(50, 40, 50, 40, false));
        byte[] straight = Bytes(new ImageTransform(50, 40, 75, 60, false).Apply(mask));
        byte[] mirrored = Bytes(new ImageTransform(50, 40, 75, 60, true).Apply(mask));
        for (int y = 0; y < 60; y++)
            Assert.Equal(straight.AsSpan(y * 75, 75).ToArray().Reverse(), mirrored.AsSpan(y * 75, 75).ToArray());
    }

    [Fact]
    public void Polygons_are_drawn_at_the_new_size_not_enlarged_from_the_old_one()
    {
        // A triangle of 8 pixels in an image blown up tenfold has smooth edges: half the square's area to a few per cent.
        ObjectRecord item = new() { ClassIndex = 0, Box = new Box(1, 1, 9, 9), Polygons = [[1.0, 1, 9, 1, 1, 9]] };
        Rle large = item.MaskAt(new ImageTransform(10, 10, 100, 100, false));
        Assert.InRange(large.Area, 3150, 3250);
        // The rasterizer skips the very tips.
        Assert.Equal(new Box(10, 10, 89, 89), large.Bounds);
        Assert.Equal(10, item.MaskAt(new ImageTransform(10, 10, 100, 100, true)).Bounds.Y1);
        Assert.Equal(90, item.MaskAt(new ImageTransform(10, 10, 100, 100, true)).Bounds.X2);
    }

    [Fact]
    public void A_mirrored_image_moves_with_its_box()
    {
        using ImageSet set = new();
        ImageRecord record = set.Add(30, 20);
        Image image = Panoptes.Imaging.Image.Load(record.Path);
        Image mirrored = new ImageTransform(30, 20, 30, 20, true).Apply(image);
        for (int x = 0; x < 30; x++)
            Assert.Equal(image.Row(7).Slice(3 * x, 3).ToArray(), mirrored.Row(7).Slice(3 * (29 - x), 3).ToArray());
        Assert.Equal(new Box(25, 3, 28, 9), new ImageTransform(30, 20, 30, 20, true).Apply(new Box(2, 3, 5, 9)));
    }

    [Theory]
    [InlineData(640, 480, 800, 1333, 1067, 800)]
    [InlineData(480, 640, 800, 1333, 800, 1067)]
    [InlineData(1000, 200, 800, 1333, 1333, 267)]
    [InlineData(500, 375, 320, 533, 427, 320)]
    public void Sizes_follow_detectron2(int width, int height, int shortSide, int longSide, int newWidth, int newHeight)
    {
        // Computed by ResizeShortestEdge.get_output_shape's formula: scale, cap, int(x + 0.5).
        Augmentation augmentation = new(new InputConfig { ShortSide = [shortSide], LongSide = longSide });
        ImageTransform transform = augmentation.ForEvaluation(width, height);
        Assert.Equal((newWidth, newHeight, false), (transform.Width, transform.Height, transform.Mirror));
    }

    [Fact]
    public void Sizes_are_drawn_from_the_list_or_from_the_range()
    {
        Augmentation choice = new(new InputConfig { ShortSide = [60, 80], LongSide = 1000 });
        Augmentation range = new(new InputConfig { ShortSide = [60, 80], ShortSideMode = ShortSideMode.Range, LongSide = 1000 });
        RandomStream random = new(2);
        int[] chosen = [.. Enumerable.Range(0, 300).Select(_ => choice.Draw(100, 100, ref random).Width)];
        int[] ranged = [.. Enumerable.Range(0, 900).Select(_ => range.Draw(100, 100, ref random).Width)];
        Assert.Equal([60, 80], chosen.Distinct().Order());
        Assert.Equal(Enumerable.Range(60, 21), ranged.Distinct().Order());
        Assert.False(choice.HasOneSize);
        Assert.False(range.HasOneSize);
    }

    [Fact]
    public void Half_of_the_images_are_mirrored()
    {
        Augmentation augmentation = new(new InputConfig { ShortSide = [60] });
        RandomStream random = new(2);
        Assert.InRange(Enumerable.Range(0, 2000).Count(_ => augmentation.Draw(100, 100, ref random).Mirror), 900, 1100);
        Assert.True(augmentation.HasOneSize);
    }

    private static byte[] Bytes(Rle mask)
    {
        byte[] bytes = new byte[mask.Width * mask.Height];
        mask.ToMask(bytes);
        return bytes;
    }
}
