using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

public sealed class ResizeTests(Pillow pillow) : IClassFixture<Pillow>
{
    [Fact]
    public void Any_size_to_any_size_equals_Pillow_byte_for_byte()
    {
        pillow.SkipUnlessAvailable();
        Random random = new(7);
        for (int trial = 0; trial < 300; trial++)
        {
            int width = random.Next(1, 120), height = random.Next(1, 90);
            int newWidth = random.Next(1, 200), newHeight = random.Next(1, 150);
            if (trial % 10 == 0)
                newWidth = width;
            if (trial % 10 == 1)
                newHeight = height;
            if (trial % 10 == 2)
                width *= 20;
            if (trial % 10 == 3)
                height *= 20;
            Image image = Noise(random, width, height);
            Image resized = image.Resize(newWidth, newHeight);
            byte[] expected = pillow.Run(
                $"result = Image.frombytes('RGB', ({width}, {height}), data).resize(({newWidth}, {newHeight}), Image.BILINEAR).tobytes()",
                image.Pixels);
            Assert.True(resized.Pixels.SequenceEqual(expected), $"{width}x{height} -> {newWidth}x{newHeight}");
        }
    }

    [Fact]
    public void One_color_stays_that_color()
    {
        Image white = new(61, 47);
        white.Pixels.Fill(255);
        Assert.Equal(-1, white.Resize(200, 13).Pixels.IndexOfAnyExcept((byte)255));
    }

    [Fact]
    public void The_same_size_costs_no_copy()
    {
        Image image = new(5, 4);
        Assert.Same(image, image.Resize(5, 4));
    }

    [Fact]
    public void A_buffer_takes_what_a_new_image_would_hold()
    {
        Image image = Noise(new Random(1), 31, 20);
        foreach ((int width, int height) in new[] { (31, 20), (31, 9), (50, 20), (47, 33) })
        {
            byte[] buffer = new byte[(width * height * 3) + 1];
            buffer[^1] = 77;
            image.ResizeTo(buffer, width, height);
            Assert.True(buffer.AsSpan(0, width * height * 3).SequenceEqual(image.Resize(width, height).Pixels));
            Assert.Equal(77, buffer[^1]);
            Assert.Throws<ArgumentException>(() => image.ResizeTo(new byte[(width * height * 3) - 1], width, height));
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(-1, 5)]
    [InlineData(1 << 16, 1 << 16)]
    public void Sizes_that_cannot_be_are_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(5, 4).Resize(width, height));

    private static Image Noise(Random random, int width, int height)
    {
        Image image = new(width, height);
        random.NextBytes(image.Pixels);
        return image;
    }
}
