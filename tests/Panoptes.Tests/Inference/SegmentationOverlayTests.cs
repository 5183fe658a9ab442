using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference;

public class SegmentationOverlayTests
{
    private static readonly Instance s_square = new(0, "disc", 7, 0.9f, new Box(10, 10, 50, 50), Rle.FromBox(new Box(10, 10, 50, 50), 60, 80));

    [Fact]
    public void What_was_found_is_drawn_where_it_is_and_nowhere_else()
    {
        Image image = new(80, 60);

        Image drawn = Overlay.Draw(image, new Segmentation(80, 60, [s_square], default), new OverlayOptions { Labels = false });

        Assert.Equal(image.Size, drawn.Size);
        Assert.NotEqual([0, 0, 0], drawn.Row(30).Slice(3 * 30, 3).ToArray());
        Assert.Equal([0, 0, 0], drawn.Row(30).Slice(3 * 70, 3).ToArray());
        Assert.All(image.Pixels.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_image_of_another_size_is_refused() => Assert.Throws<ArgumentException>(
        () => Overlay.Draw(new Image(60, 80), new Segmentation(80, 60, [s_square], default)));

    [Fact]
    public void An_instances_polygons_are_its_mask()
    {
        double[] polygon = Assert.Single(s_square.ToPolygons());

        Assert.Equal(s_square.Mask, Rle.FromPolygons([polygon], new ImageSize(80, 60)));
    }
}
