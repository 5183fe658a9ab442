using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Tests.Imaging;

public sealed class DrawingTests(Pillow pillow) : IClassFixture<Pillow>
{
    private static readonly Rgb s_red = new(255, 0, 0);

    [Fact]
    public void A_filled_mask_changes_its_own_pixels_and_no_others()
    {
        Random random = new(1);
        byte[] mask = new byte[37 * 53];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = (byte)(random.Next(3) == 0 ? 1 : 0);
        Image image = new(53, 37);
        image.Pixels.Fill(100);
        new Canvas(image).FillMask(Rle.FromMask(mask, 37, 53), s_red, 0.5);
        for (int i = 0; i < mask.Length; i++)
        {
            byte[] expected = mask[i] != 0 ? [178, 50, 50] : [100, 100, 100];
            Assert.Equal(expected, image.Pixels.Slice(3 * i, 3).ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_outline_is_what_erosion_takes_away(int thickness)
    {
        // Erosion by a cross, with whatever lies outside the image taken as inside the mask.
        Rle mask = Rle.FromPolygon([5, -10, 44, 3, 60, 50, 20, 30, -9, 33], 40, 50);
        Image image = new(50, 40);
        new Canvas(image).OutlineMask(mask, s_red, thickness);
        bool[] inside = Inside(mask);
        bool[] core = (bool[])inside.Clone();
        for (int layer = 0; layer < thickness; layer++)
        {
            bool[] from = (bool[])core.Clone();
            for (int y = 0; y < 40; y++)
            {
                for (int x = 0; x < 50; x++)
                    core[(y * 50) + x] = At(x, y) && At(x - 1, y) && At(x + 1, y) && At(x, y - 1) && At(x, y + 1);
            }

            // Beyond the image the mask goes on as it is at the edge.
            bool At(int x, int y)
            {
                int nearest = (Math.Clamp(y, 0, 39) * 50) + Math.Clamp(x, 0, 49);
                return from[nearest] || ((x is < 0 or > 49 || y is < 0 or > 39) && inside[nearest]);
            }
        }

        Assert.Contains(true, core);
        for (int i = 0; i < inside.Length; i++)
            Assert.Equal(inside[i] && !core[i], image.Pixels[3 * i] != 0);
    }

    [Fact]
    public void Drawing_beyond_the_image_is_cut_off()
    {
        Image image = new(20, 10);
        Canvas canvas = new(image);
        canvas.DrawBox(new Box(-1e9, -5, double.PositiveInfinity, 5), s_red, 2);
        canvas.FillBox(new Box(15, double.NaN, 300, 300), s_red, 0.3);
        canvas.DrawText(-7, -4, "outside", Rgb.White, 32);
        canvas.DrawText(15, 8, "outside", Rgb.White, 500);
        canvas.OutlineMask(Rle.Empty(10, 20), s_red, 3);
        Assert.Throws<ArgumentException>(() => canvas.FillMask(Rle.Empty(20, 10), s_red, 1));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(14)]
    [InlineData(18)]
    [InlineData(24)]
    [InlineData(32)]
    public void Text_looks_as_FreeType_draws_it(int size)
    {
        pillow.SkipUnlessAvailable();
        const string Font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
        Assert.SkipUnless(File.Exists(Font), "The font is missing (apt-get install fonts-dejavu-core).");
        const string Text = "hinn mnü 0123 häß";
        Image image = new(400, 60);
        new Canvas(image).DrawText(10, 5, Text, Rgb.White, size);
        byte[] expected = pillow.Run($"""
            from PIL import ImageDraw, ImageFont
            im = Image.new('RGB', (400, 60))
            font = ImageFont.truetype('{Font}', {size}, layout_engine=ImageFont.Layout.BASIC)
            ImageDraw.Draw(im).text((10, 5), data.decode(), font=font, fill=(255, 255, 255))
            result = im.tobytes()
            """, System.Text.Encoding.UTF8.GetBytes(Text));
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(image.Pixels[i], expected[i] - 10, expected[i] + 10);
    }

    [Fact]
    public void Unknown_characters_appear_as_a_box()
    {
        Image known = new(40, 30), unknown = new(40, 30);
        new Canvas(known).DrawText(2, 2, "", Rgb.White, 14);
        new Canvas(unknown).DrawText(2, 2, "漢", Rgb.White, 14);
        Assert.Equal(-1, known.Pixels.IndexOfAnyExcept((byte)0));
        Assert.True(unknown.Pixels.IndexOfAnyExcept((byte)0) >= 0);
        Assert.True(Canvas.MeasureText("漢", 14).Width > 4);
    }

    [Fact]
    public void Two_objects_in_one_place_get_labels_beside_each_other()
    {
        Image image = new(300, 200);
        Box box = new(100, 60, 200, 140);
        OverlayItem[] items = [.. Enumerable.Range(0, 8)
            .Select(i => new OverlayItem { Box = box, Label = "person", Score = 0.5, Color = Palette.ColorOf(i) })];
        Image drawn = Overlay.Draw(image, items, new OverlayOptions { LineWidth = 1 });
        ImageSize text = Canvas.MeasureText("person 0.50", 11);
        foreach (OverlayItem item in items)
        {
            Rgb plate = Rgb.Black.Mix(item.Color, 0.88);
            int seen = 0;
            for (int i = 0; i < drawn.Pixels.Length; i += 3)
            {
                Rgb pixel = new(drawn.Pixels[i], drawn.Pixels[i + 1], drawn.Pixels[i + 2]);
                if (Distance(pixel, plate) <= 6)
                    seen++;
            }

            Assert.InRange(seen, text.Pixels / 2, text.Pixels * 2);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(290, 0)]
    [InlineData(0, 190)]
    [InlineData(290, 190)]
    [InlineData(-500, 900)]
    public void Labels_keep_inside_the_image(double x, double y)
    {
        Image image = new(300, 200);
        OverlayItem item = new() { Box = new Box(x, y, x + 10, y + 10), Label = "traffic light", Score = 1, Color = Rgb.White };
        Image drawn = Overlay.Draw(image, [item]);
        ImageSize text = Canvas.MeasureText("traffic light 1.00", 11);
        int lit = 0;
        for (int i = 0; i < drawn.Pixels.Length; i += 3)
            lit += drawn.Pixels[i] > 200 ? 1 : 0;
        Assert.True(lit > text.Pixels * 0.6, $"{lit} of {text.Pixels}");
        Assert.Equal(-1, image.Pixels.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_small_object_has_no_label_where_that_would_cover_its_neighbors()
    {
        // A row of objects that nearly touch, and one that stands alone; each is far smaller than its label.
        OverlayItem Small(double x, double y, int i) => new() { Box = new Box(x, y, x + 8, y + 8), Label = "person", Color = Palette.ColorOf(i) };
        OverlayItem[] items =
        [
            .. Enumerable.Range(0, 90).Select(i => Small(100 + (9 * (i % 10)), 40 + (9 * (i / 10)), i)),
            Small(20, 180, 90),
        ];
        Image drawn = Overlay.Draw(new Image(300, 200), items, new OverlayOptions { LineWidth = 1 });

        // All labels would cover a third of the image; those of the first, of some at the edge, and of the one alone are there.
        Assert.InRange(items.Count(item => Plate(drawn, item) > 100), 2, 12);
        Assert.True(Plate(drawn, items[0]) > 100);
        Assert.True(Plate(drawn, items[^1]) > 100);
    }

    // The pixels of an object's label.
    private static int Plate(Image drawn, OverlayItem item)
    {
        Rgb plate = Rgb.Black.Mix(item.Color, 0.88);
        int seen = 0;
        for (int i = 0; i < drawn.Pixels.Length; i += 3)
        {
            seen += Distance(new Rgb(drawn.Pixels[i], drawn.Pixels[i + 1], drawn.Pixels[i + 2]), plate) <= 6 ? 1 : 0;
        }

        return seen;
    }

    [Fact]
    public void Labels_too_long_and_images_too_small_are_no_trouble()
    {
        OverlayItem item = new() { Mask = Rle.FromBox(new Box(0, 0, 30, 8), 8, 30), Label = new string('W', 500) };
        Image drawn = Overlay.Draw(new Image(30, 8), [item]);
        Assert.Equal(new ImageSize(30, 8), drawn.Size);
        _ = Overlay.Draw(new Image(1, 1), [new OverlayItem { Box = new Box(0, 0, 1, 1), Label = "x", Score = double.NaN }]);
    }

    [Fact]
    public void Colors_of_the_palette_differ_and_carry_readable_text()
    {
        Rgb[] colors = [.. Enumerable.Range(0, 80).Select(Palette.ColorOf)];
        Assert.Equal(80, colors.Distinct().Count());
        Assert.All(colors, c => Assert.True(c.ContrastWith(c.ReadableText) >= 4.5));
        for (int i = 0; i < 12; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.True(Distance(colors[i], colors[j]) > 60, $"{i} {colors[i]} and {j} {colors[j]}");
            }
        }

        _ = Palette.ColorOf(-1);
        _ = Palette.ColorOf(int.MaxValue);
    }

    [Fact]
    public void A_sheet_holds_every_image_in_its_cell()
    {
        Image a = new(4, 3), b = new(2, 6), c = new(5, 5);
        a.Pixels.Fill(10);
        b.Pixels.Fill(20);
        c.Pixels.Fill(30);
        Image sheet = Image.Grid([a, b, c], columns: 2, gap: 1);
        Assert.Equal(new ImageSize(5 + 1 + 2, 6 + 1 + 5), sheet.Size);
        (int X, int Y)[] probes = [(0, 0), (5, 0), (6, 5), (6, 6), (4, 11)];
        Assert.Equal([10, 255, 20, 255, 30], probes.Select(p => (int)sheet.Row(p.Y)[p.X * 3]));
        Assert.Equal(new ImageSize(4 + 2 + 5, 5), Image.Grid([a, c], columns: 2, gap: 2).Size);
    }

    [Fact]
    public void Data_uris_hold_the_image()
    {
        Image image = new(9, 7);
        new Random(1).NextBytes(image.Pixels);
        const string Prefix = "data:image/png;base64,";
        string uri = image.ToPngDataUri();
        Assert.StartsWith(Prefix, uri, StringComparison.Ordinal);
        Assert.True(Image.Decode(Convert.FromBase64String(uri[Prefix.Length..])).Pixels.SequenceEqual(image.Pixels));
        Assert.StartsWith("data:image/jpeg;base64,", image.ToJpegDataUri(), StringComparison.Ordinal);
    }

    private static int Distance(Rgb a, Rgb b) => Math.Abs(a.R - b.R) + Math.Abs(a.G - b.G) + Math.Abs(a.B - b.B);

    private static bool[] Inside(Rle mask)
    {
        byte[] pixels = new byte[mask.Width * mask.Height];
        mask.ToMask(pixels);
        return [.. pixels.Select(p => p != 0)];
    }
}
