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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_window_shows_its_part_of_image_mask_and_box(bool mirror)
    {
        using ImageSet set = new();
        Image image = Image.Load(set.Add(50, 40).Path);
        ImageTransform whole = new(50, 40, 75, 60, mirror);
        ImageTransform part = whole with { Width = 31, Height = 27, Window = new ImageWindow(75, 60, 30, 8) };
        Assert.Equal(whole, part.Whole);
        int left = mirror ? 75 - 30 - 31 : 30;

        (Image all, Image cut) = (whole.Apply(image), part.Apply(image));
        for (int y = 0; y < 27; y++)
            Assert.Equal(all.Row(8 + y).Slice(3 * left, 3 * 31).ToArray(), cut.Row(y).ToArray());

        ObjectRecord item = new() { ClassIndex = 0, Box = new Box(10, 5, 45, 38), Polygons = [[10.0, 5, 45, 5, 45, 38, 10, 38]] };
        Rle mask = item.MaskAt(whole);
        Assert.Equal(mask.Crop(left, 8, 27, 31), part.Apply(item.MaskAt(new ImageTransform(50, 40, 50, 40, false))));
        Assert.Equal(mask.Crop(left, 8, 27, 31), part.Cut(mask, mirror));
        Assert.InRange(part.Rasterize(item.Polygons).IoU(part.Cut(mask, mirror)), 0.97, 1);
        (double x1, double x2) = mirror ? (7.5, 60.0) : (15.0, 67.5);
        Assert.Equal(new Box(Math.Max(0, x1 - left), 0, Math.Min(31, x2 - left), 27), part.Apply(item.Box));
    }

    [Fact]
    public void What_a_window_cuts_away_is_dropped_and_boxes_shrink_to_what_is_seen()
    {
        // A bar of 40 columns below a square; the window shows the square, 10 columns of the bar, and 1 column of a second bar of 20.
        double[] outline = [0, 0, 10, 0, 10, 20, 40, 20, 40, 30, 0, 30];
        ObjectRecord hook = new() { ClassIndex = 1, Box = new Box(0, 0, 40, 30), Polygons = [outline] };
        ObjectRecord sliver = new() { ClassIndex = 2, Box = new Box(19, 0, 39, 10), Polygons = [[19.0, 0, 39, 0, 39, 10, 19, 10]] };
        ObjectRecord away = new() { ClassIndex = 3, Box = new Box(50, 0, 59, 10), Polygons = [[50.0, 0, 59, 0, 59, 10, 50, 10]] };
        ObjectRecord whole = new() { ClassIndex = 4, Box = new Box(2, 12, 9.5, 18.5), Polygons = [[2.0, 12, 9, 12, 9, 18, 2, 18]] };
        ImageRecord record = new(1, "", 60, 40, [hook, sliver, away, whole]);
        ImageTransform transform = new(60, 40, 20, 18, false) { Window = new ImageWindow(60, 40, 0, 0) };

        TrainingSample sample = TrainingSample.Create(record, transform, new Image(20, 18));

        Assert.Equal([1, 4], sample.Classes);
        Assert.Equal([new Box(0, 0, 10, 18), new Box(2, 12, 9.5, 18)], sample.Boxes);
        Assert.Null(sample.Outlines[0]);
        Assert.NotNull(sample.Outlines[1]);
    }

    [Fact]
    public void Scale_jitter_is_even_and_keeps_the_size()
    {
        Augmentation augmentation = new(new InputConfig { ShortSide = [60], LongSide = 1000, ScaleJitter = [0.5, 2] });
        Assert.False(augmentation.HasOneSize);
        RandomStream random = new(2);
        int small = 0, leftMost = 0, rightMost = 0;
        for (int i = 0; i < 3000; i++)
        {
            ImageTransform drawn = augmentation.Draw(200, 100, ref random);
            ImageWindow window = drawn.Window!.Value;
            Assert.InRange(window.ImageWidth, 60, 240);
            Assert.Equal(window.ImageWidth, 2 * window.ImageHeight, 2.0);
            Assert.Equal((Math.Min(120, window.ImageWidth), Math.Min(60, window.ImageHeight)), (drawn.Width, drawn.Height));
            Assert.InRange(window.Left, 0, window.ImageWidth - drawn.Width);
            Assert.InRange(window.Top, 0, window.ImageHeight - drawn.Height);
            small += window.ImageWidth < 120 ? 1 : 0;
            leftMost += window.ImageWidth > 200 && window.Left < 10 ? 1 : 0;
            rightMost += window.ImageWidth > 200 && window.Left > window.ImageWidth - 130 ? 1 : 0;
        }

        // A third of [0.5, 2] lies below 1.
        Assert.InRange(small, 900, 1100);
        Assert.InRange(leftMost, 20, 200);
        Assert.InRange(rightMost, 20, 200);
    }

    [Fact]
    public void A_window_holds_the_center_of_an_object_and_may_lie_anywhere_else()
    {
        Augmentation augmentation = new(new InputConfig { ShortSide = [60], LongSide = 1000, ScaleJitter = [2, 2] });
        ObjectRecord[] objects = [Around(3, 3), Around(100, 50)];
        RandomStream random = new(2);
        int first = 0;
        List<int> lefts = [];
        for (int i = 0; i < 2000; i++)
        {
            ImageTransform drawn = augmentation.Draw(200, 100, ref random, objects);
            ImageWindow window = drawn.Window!.Value;
            Assert.Equal((120, 60, 240, 120), (drawn.Width, drawn.Height, window.ImageWidth, window.ImageHeight));
            bool[] shown = [.. objects.Select(item => Shows(drawn, item))];
            Assert.Contains(true, shown);
            first += shown[0] ? 1 : 0;
            if (!shown[0]) lefts.Add(window.Left);
        }

        // Each object is chosen half of the time; windows around the middle one lie at 1..120, all alike.
        Assert.InRange(first, 900, 1150);
        Assert.Equal((1, 120), (lefts.Min(), lefts.Max()));
        Assert.InRange(lefts.Average(), 56, 65);

        static ObjectRecord Around(int x, int y) => new() { ClassIndex = 0, Box = new Box(x - 2, y - 2, x + 2, y + 2) };

        static bool Shows(ImageTransform transform, ObjectRecord item)
        {
            ImageWindow window = transform.Window!.Value;
            double x = ((item.Box.X1 + item.Box.X2) / 2 * transform.ScaleX) - window.Left;
            double y = ((item.Box.Y1 + item.Box.Y2) / 2 * transform.ScaleY) - window.Top;
            return x >= 0 && x < transform.Width && y >= 0 && y < transform.Height;
        }
    }

    [Fact]
    public void Without_scale_jitter_objects_change_no_random_number()
    {
        Augmentation augmentation = new(new InputConfig { ShortSide = [60, 80], LongSide = 1000 });
        ObjectRecord item = new() { ClassIndex = 0, Box = new Box(1, 1, 9, 9) };
        RandomStream first = new(2), second = new(2);
        for (int i = 0; i < 10; i++)
            Assert.Equal(augmentation.Draw(200, 100, ref first), augmentation.Draw(200, 100, ref second, [item]));
        Assert.Equal(first.NextUInt64(), second.NextUInt64());
    }

    [Fact]
    public void A_window_cuts_segments_and_their_labels()
    {
        ImageRecord record = new(1, "", 40, 30, [])
        {
            Panoptic = new PanopticRecord("", 2, [new(5, 1, false, false), new(6, 0, true, false), new(7, 3, true, false)]),
        };
        Rle thing = Rle.FromBox(new Box(10, 10, 30, 20), 30, 40), away = Rle.FromBox(new Box(30, 0, 40, 30), 30, 40);
        Rle stuff = Rle.Union([thing, away]).Complement();
        SegmentPixels pixels = new([stuff.Bounds, thing.Bounds, away.Bounds], [stuff, thing, away]);
        ImageTransform transform = new(40, 30, 22, 16, true) { Window = new ImageWindow(40, 30, 4, 2) };

        TrainingSample sample = TrainingSample.Create(record, transform, new Image(22, 16), pixels);

        Assert.Equal([(short)1, (short)2], sample.Segments.Select(segment => segment.Label));
        Assert.Equal(22 * 16, sample.Segments.Sum(segment => segment.Mask.Area));
        Assert.Equal(new Box(0, 8, 16, 16), Assert.Single(sample.Boxes)); // x 6..22 before mirroring
        Assert.Equal(sample.Masks[0].FlipHorizontally(), sample.Segments[1].Mask);
    }

    private static byte[] Bytes(Rle mask)
    {
        byte[] bytes = new byte[mask.Width * mask.Height];
        mask.ToMask(bytes);
        return bytes;
    }
}
