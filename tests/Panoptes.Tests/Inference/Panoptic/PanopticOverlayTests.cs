using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Panoptic;

public class PanopticOverlayTests
{
    private const int Person = 1, Sky = 187;

    private static readonly PanopticOverlayOptions s_colors = new() { Opacity = 1, Borders = false, Labels = false };

    [Fact]
    public void A_class_has_its_color_and_its_things_shades_of_it()
    {
        Image image = Gray();

        Image drawn = PanopticOverlay.Draw(image, Segments(), s_colors);

        Assert.Equal(PanopticOverlay.ColorOf(Sky), At(drawn, 30, 2));
        Assert.Equal(PanopticOverlay.ColorOf(Person), At(drawn, 5, 15));
        Rgb second = At(drawn, 25, 15);
        Assert.NotEqual(PanopticOverlay.ColorOf(Person), second);
        Assert.True(second.Luminance > PanopticOverlay.ColorOf(Person).Luminance);
        Assert.Equal(new Rgb(100, 100, 100), At(drawn, 35, 15)); // void
        Assert.All(image.Pixels.ToArray(), p => Assert.Equal(100, p));
    }

    [Fact]
    public void Opacity_mixes_the_color_into_the_image()
    {
        Rgb mixed = At(PanopticOverlay.Draw(Gray(), Segments(), s_colors with { Opacity = 0.5 }), 30, 2);

        Rgb expected = new Rgb(100, 100, 100).Mix(PanopticOverlay.ColorOf(Sky), 0.5);
        Assert.InRange(mixed.R, expected.R - 1, expected.R + 1);
        Assert.InRange(mixed.G, expected.G - 1, expected.G + 1);
        Assert.InRange(mixed.B, expected.B - 1, expected.B + 1);
    }

    [Fact]
    public void White_lines_run_between_segments_and_nowhere_else()
    {
        PanopticSegmentation segments = Segments();

        Image drawn = PanopticOverlay.Draw(Gray(), segments, s_colors with { Borders = true });

        for (int y = 0; y < 20; y++)
        {
            for (int x = 0; x < 40; x++)
            {
                bool border = segments.Labels[x, y] != segments.Labels[Math.Min(x + 1, 39), y]
                    || segments.Labels[x, y] != segments.Labels[x, Math.Min(y + 1, 19)];
                Assert.Equal(border, At(drawn, x, y) == Rgb.White);
            }
        }
    }

    [Fact]
    public void Things_are_named_and_a_legend_lies_below_the_image()
    {
        Image image = new(300, 100);
        PanopticSegmentation segments = Segments(300, 100);

        Image bare = PanopticOverlay.Draw(image, segments, s_colors);
        Image named = PanopticOverlay.Draw(image, segments, s_colors with { Labels = true });
        Image legend = PanopticOverlay.Draw(image, segments, s_colors with { Legend = true });

        Assert.NotEqual(bare.Pixels.ToArray(), named.Pixels.ToArray());
        Assert.Equal(image.Size, named.Size);
        Assert.Equal(300, legend.Width);
        Assert.InRange(legend.Height, 110, 140);
        Assert.Equal(bare.Pixels.ToArray(), legend.Pixels[..bare.Pixels.Length].ToArray());
        HashSet<Rgb> strip = [.. Enumerable.Range(0, 300 * (legend.Height - 100)).Select(i => At(legend, i % 300, 100 + (i / 300)))];
        Assert.Contains(PanopticOverlay.ColorOf(Person), strip);
        Assert.Contains(PanopticOverlay.ColorOf(Sky), strip);
        Assert.Contains(Rgb.Black, strip); // letters
    }

    [Fact]
    public void A_legend_of_many_classes_takes_several_lines()
    {
        LabelMap labels = new(120, 40);
        Segment[] segments = [.. Enumerable.Range(1, 20).Select(i => new Segment(i, $"class number {i}", i, false, 40, new Box(i, 0, i + 1, 40)))];
        for (int y = 0; y < 40; y++)
        {
            for (int i = 1; i <= 20; i++)
            {
                labels.Row(y)[i] = i;
            }
        }

        Image legend = PanopticOverlay.Draw(new Image(120, 40), new PanopticSegmentation(labels, segments), s_colors with { Legend = true });

        Assert.InRange(legend.Height, 40 + (20 * 11), 40 + (20 * 25));
    }

    [Fact]
    public void An_empty_map_leaves_the_image_as_it_is_and_another_size_is_refused()
    {
        Image image = Gray();

        Assert.Equal(image.Pixels.ToArray(), PanopticOverlay.Draw(image, new PanopticSegmentation(new LabelMap(40, 20), [])).Pixels.ToArray());
        Assert.Equal(40, PanopticOverlay.Draw(image, new PanopticSegmentation(new LabelMap(40, 20), []), new() { Legend = true }).Width);
        Assert.Throws<ArgumentException>(() => PanopticOverlay.Draw(image, new PanopticSegmentation(new LabelMap(20, 40), [])));
    }

    /// <summary>Sky in the upper half, two persons in the lower, void right of them.</summary>
    private static PanopticSegmentation Segments(int width = 40, int height = 20)
    {
        LabelMap labels = new(width, height);
        for (int y = 0; y < height; y++)
        {
            if (y < height / 2)
            {
                labels.Row(y).Fill(1);
                continue;
            }

            labels.Row(y)[..(width / 4)].Fill(2);
            labels.Row(y)[(width / 2)..(3 * width / 4)].Fill(3);
        }

        SortedDictionary<int, Rle> masks = labels.ToMasks();
        return new PanopticSegmentation(
            labels,
            [
                new Segment(1, "sky", Sky, false, masks[1].Area, masks[1].Bounds),
                new Segment(2, "person", Person, true, masks[2].Area, masks[2].Bounds, 0.9f),
                new Segment(3, "person", Person, true, masks[3].Area, masks[3].Bounds, 0.8f),
            ]);
    }

    private static Image Gray()
    {
        Image image = new(40, 20);
        image.Pixels.Fill(100);
        return image;
    }

    private static Rgb At(Image image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Row(y).Slice(3 * x, 3);
        return new Rgb(pixel[0], pixel[1], pixel[2]);
    }
}
