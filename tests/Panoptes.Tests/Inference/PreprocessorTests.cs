using FsCheck;
using FsCheck.Fluent;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference;

public class PreprocessorTests
{
    // Expected: detectron2's ResizeShortestEdge.get_output_shape, worked out by hand.
    [Theory]
    [InlineData(640, 480, 1067, 800)]
    [InlineData(480, 640, 800, 1067)]
    [InlineData(500, 500, 800, 800)]
    [InlineData(2000, 500, 1333, 333)]
    [InlineData(500, 2000, 333, 1333)]
    [InlineData(1, 10_000, 1, 1333)]
    [InlineData(1333, 800, 1333, 800)]
    public void The_target_size_follows_detectron2(int width, int height, int expectedWidth, int expectedHeight)
    {
        Assert.Equal((expectedWidth, expectedHeight), new PreprocessingOptions().TargetSize(width, height));
    }

    [Fact]
    public void The_target_size_keeps_its_limits_and_the_aspect_ratio()
    {
        Prop.ForAll(Gen.Choose(1, 5000).Two().ToArbitrary(), size =>
        {
            (int width, int height) = new PreprocessingOptions().TargetSize(size.Item1, size.Item2);
            double ratio = (double)size.Item1 / size.Item2;
            Assert.InRange(Math.Max(width, height), 1, 1333);
            Assert.InRange(Math.Min(width, height), 1, 800);
            Assert.True(Math.Max(width, height) == 1333 || Math.Min(width, height) == 800);
            Assert.InRange(width, ((height - 1.01) * ratio) - 1, ((height + 1.01) * ratio) + 1);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(ChannelOrder.Rgb, 255f)]
    [InlineData(ChannelOrder.Bgr, 255f)]
    [InlineData(ChannelOrder.Rgb, 1f)]
    public void Planes_hold_the_normalized_bytes_and_zeros_around_them(ChannelOrder order, float scale)
    {
        // 67 columns: whole blocks of 16 and a rest.
        Image image = RandomImage(67, 35, seed: 1);
        PreprocessingOptions options = new()
        {
            ShortSide = 35,
            ChannelOrder = order,
            PixelScale = scale,
            Mean = [100 * scale / 255, 110 * scale / 255, 120 * scale / 255],
            Std = [50 * scale / 255, 60 * scale / 255, 70 * scale / 255],
        };

        using NetworkInput input = new Preprocessor(options).Prepare([image], TestContext.Current.CancellationToken);

        Assert.Equal((96, 64), (input.Width, input.Height));
        Assert.Equal(new InputImage(67, 35, 67, 35), input.Images[0]);
        for (int c = 0; c < 3; c++)
        {
            int color = order == ChannelOrder.Bgr ? 2 - c : c;
            for (int y = 0; y < 64; y++)
            {
                for (int x = 0; x < 96; x++)
                {
                    float expected = x < 67 && y < 35
                        ? ((image.Row(y)[(3 * x) + color] * scale / 255) - options.Mean[c]) / options.Std[c]
                        : 0;
                    Assert.Equal(expected, input.Plane(0, c)[(y * 96) + x]);
                }
            }
        }
    }

    [Fact]
    public void A_batch_has_the_padded_size_of_its_largest_images()
    {
        PreprocessingOptions options = new() { ShortSide = 40, LongSide = 100 };
        Image wide = RandomImage(80, 40, seed: 2);
        Image tall = RandomImage(40, 70, seed: 3);

        using NetworkInput batch = new Preprocessor(options).Prepare([wide, tall], TestContext.Current.CancellationToken);
        using NetworkInput alone = new Preprocessor(options).Prepare([tall], TestContext.Current.CancellationToken);

        Assert.Equal((96, 96), (batch.Width, batch.Height));
        Assert.Equal((64, 96), (alone.Width, alone.Height));
        for (int y = 0; y < 70; y++)
        {
            Assert.True(alone.Plane(0, 1).Slice(y * 64, 64).SequenceEqual(batch.Plane(1, 1).Slice(y * 96, 64)));
        }
    }

    [Fact]
    public void An_image_of_another_size_is_resized_first()
    {
        Image image = RandomImage(90, 60, seed: 4);
        PreprocessingOptions options = new() { ShortSide = 40, Mean = [0, 0, 0], Std = [1, 1, 1] };
        Image resized = image.Resize(60, 40);

        using NetworkInput input = new Preprocessor(options).Prepare([image], TestContext.Current.CancellationToken);

        Assert.Equal(resized.Row(7)[(3 * 11) + 2], input.Plane(0, 2)[(7 * input.Width) + 11]);
    }

    [Fact]
    public void Boxes_return_to_the_size_of_the_image()
    {
        InputImage index = new(OriginalWidth: 200, OriginalHeight: 100, Width: 400, Height: 300);

        Assert.Equal(new Box(10, 10, 100, 50), index.ToOriginal(new Box(20, 30, 200, 150)));
        Assert.Equal(new Box(0, 0, 200, 100), index.ToOriginal(new Box(-5, -5, 500, 500)));
    }

    [Fact]
    public void An_empty_batch_and_a_wrong_size_are_refused()
    {
        Preprocessor preprocessor = new(new PreprocessingOptions());
        using NetworkInput input = new([new InputImage(10, 10, 20, 20)], 32, 32);

        Assert.Throws<ArgumentException>(() => preprocessor.Prepare([], TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => preprocessor.Normalize(RandomImage(10, 10, 5), input, 0));
        Assert.Throws<ArgumentException>(() => new NetworkInput([new InputImage(10, 10, 40, 20)], 32, 32));
    }

    internal static Image RandomImage(int width, int height, int seed)
    {
        Image image = new(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }
}
