using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Inference.Tiling;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Tiling;

public class OverlayPyramidTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Image Noise(int width, int height)
    {
        Image image = new(width, height);
        new Random(5).NextBytes(image.Pixels);
        return image;
    }

    private static TiledSegmentation Stripes(int width, int height)
    {
        Rle left = Rle.FromBox(new Box(0, 0, width / 3, height), height, width);
        Rle middle = Rle.FromBox(new Box(width / 3, 100, width - 50, height - 30), height, width);
        return new TiledSegmentation(width, height, [], default, 1)
        {
            Segments =
            [
                new SegmentMask(new Segment(1, "sky", 21, false, left.Area, left.Bounds), left),
                new SegmentMask(new Segment(2, "grass", 22, false, middle.Area, middle.Bounds), middle),
            ],
        };
    }

    [Fact]
    public void Blocks_join_to_what_is_drawn_at_once()
    {
        Image image = Noise(1300, 1100);
        using ImageRegions regions = ImageRegions.Of(image);
        TiledSegmentation found = Stripes(1300, 1100);
        Image whole = Overlay.Draw(image, found.ToSegmentation().Panoptic!, new PanopticOverlayOptions { Labels = false, LineWidth = 2 });

        OverlayStrips strips = new(regions, found);
        for (int top = 0; top < 1100; top += OverlayStrips.Block)
        {
            int rows = Math.Min(OverlayStrips.Block, 1100 - top);
            Assert.True(strips.Draw(top, rows).Pixels.SequenceEqual(whole.Pixels.Slice(top * whole.Stride, rows * whole.Stride)));
        }
    }

    [Fact]
    public void Outlines_of_objects_go_on_across_blocks_and_each_label_is_whole()
    {
        Image image = new(1100, 600);
        Rle mask = Rle.FromBox(new Box(400, 430, 700, 560), 600, 1100);
        Instance instance = new(0, "disc", 7, 0.9f, mask.Bounds, mask);
        using ImageRegions regions = ImageRegions.Of(image);
        Image drawn = new OverlayStrips(regions, new TiledSegmentation(1100, 600, [instance], default, 1)).Draw(0, 512);

        Image plain = Overlay.Draw(
            image, [new OverlayItem { Mask = mask, Color = Palette.ColorOf(0) }], new OverlayOptions { LineWidth = 2, Labels = false });
        int different = 0;
        for (int y = 0; y < 512; y++)
        {
            for (int x = 0; x < 1100; x++)
            {
                if (drawn.Row(y).Slice(3 * x, 3).SequenceEqual(plain.Row(y).Slice(3 * x, 3))) continue;
                different++;
                Assert.InRange(x, 512, 1023); // the label, in the block of the object's middle
            }
        }

        Assert.InRange(different, 100, 5000);
    }

    [Fact]
    public void A_pyramid_has_a_page_all_levels_and_the_images_size()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}")).FullName;
        try
        {
            string path = Path.Combine(folder, "a b");
            Directory.CreateDirectory(path + "_files/99"); // of an earlier one
            using ImageRegions regions = ImageRegions.Of(Noise(1300, 1100));
            TiledSegmentation found = Stripes(1300, 1100);

            IReadOnlyList<string> files = OverlayPyramid.Save(path, regions, found, Cancellation);

            Assert.Equal([path + ".html", path + ".dzi"], files.Take(2));
            Assert.Equal(
                files.Order(StringComparer.Ordinal),
                Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            Assert.Equal(12, Directory.GetDirectories(path + "_files").Length); // 2^11 is the first power above 1300
            Assert.Equal(9, Directory.GetFiles(path + "_files/11").Length);
            Assert.Equal(new ImageSize(1300 - 1024, 1100 - 1024), Image.ReadSize(path + "_files/11/2_2.jpg"));
            string page = File.ReadAllText(path + ".html");
            Assert.Contains("folder = \"a%20b_files\"", page);
            Assert.Contains("width = 1300, height = 1100, tile = 512", page);
            Assert.DoesNotContain("$TILE$", page);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Stopped_it_leaves_nothing()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}")).FullName;
        using ImageRegions regions = ImageRegions.Of(Noise(700, 700));
        Assert.ThrowsAny<OperationCanceledException>(
            () => OverlayPyramid.Save(Path.Combine(folder, "a"), regions, Stripes(700, 700), new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }
}
