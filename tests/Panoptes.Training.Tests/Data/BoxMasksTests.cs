using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public sealed class BoxMasksTests
{
    private const int Size = 8;

    private static readonly double[] s_leftHalf = [8, 8, 24, 8, 24, 40, 8, 40];

    private static readonly ObjectRecord[] s_objects =
    [
        new() { ClassIndex = 0, Box = new Box(8, 8, 40, 40), Polygons = [s_leftHalf] },
        new() { ClassIndex = 1, Box = new Box(8, 8, 40, 40), Mask = Rle.FromPolygons([s_leftHalf], 64, 64) },
    ];

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(48)]
    public void Each_instance_is_drawn_in_its_box_whatever_the_inputs_size(int side)
    {
        using Batch batch = Load(new LoaderOptions { BoxMaskSize = Size, Workers = 0 }, side, flip: 0, s_objects);
        Assert.Equal((Size, 2, 2 * Size * Size), (batch.BoxMasks.Size, batch.BoxMasks.Count, batch.BoxMasks.Values.Length));
        Assert.All([0, 1], k => AssertHalf(batch.BoxMasks[k], left: true));
    }

    [Fact]
    public void A_mirrored_image_has_mirrored_squares()
    {
        using Batch batch = Load(new LoaderOptions { BoxMaskSize = Size, Workers = 0 }, 64, flip: 1, s_objects);
        Assert.All([0, 1], k => AssertHalf(batch.BoxMasks[k], left: false));
    }

    [Fact]
    public void Polygons_are_drawn_at_the_squares_size_not_at_the_inputs()
    {
        // A quarter of a pixel of the input: there only its one pixel would be left of it.
        ObjectRecord small = new() { ClassIndex = 0, Box = new Box(20, 20, 22, 22), Polygons = [[20, 20, 22, 20, 20, 22]] };
        using Batch batch = Load(new LoaderOptions { BoxMaskSize = Size, Workers = 0 }, 64, flip: 0, [small]);
        byte[] triangle = batch.BoxMasks[0].ToArray();
        Assert.Equal(1, triangle[0]);
        Assert.Equal(0, triangle[^1]);
        Assert.InRange(triangle.Count(v => v != 0), 28, 36); // half of 64
    }

    [Theory]
    [InlineData("embedmask", true, 0)]
    [InlineData("meinst", false, 28)]
    public void A_method_gets_the_masks_that_it_learns_from(string method, bool pixels, int size)
    {
        LoaderOptions options = LoaderOptions.FromConfig(ConfigLoader.Parse($"model: {{ method: {method} }}", "test"));
        Assert.Equal((pixels, size), (options.PixelMasks, options.BoxMaskSize));
        using Batch batch = Load(options with { Workers = 0, BatchSize = 1 }, 64, flip: 0, s_objects);
        Assert.Equal((pixels ? 2 : 0, size > 0 ? 2 : 0), (batch.Masks.Count, batch.BoxMasks.Count));
    }

    private static Batch Load(LoaderOptions options, int side, double flip, ObjectRecord[] objects)
    {
        using ImageSet set = new();
        set.Add(64, 64, objects);
        options = options with { Input = new InputConfig { ShortSide = [side], LongSide = side, Flip = flip }, BatchSize = 1 };
        using DataLoader loader = new(set.Records, options);
        return loader.Next(TestContext.Current.CancellationToken);
    }

    private static void AssertHalf(ReadOnlySpan<byte> square, bool left) =>
        Assert.Equal(Enumerable.Range(0, Size * Size).Select(i => (byte)((i % Size < Size / 2) == left ? 1 : 0)), square.ToArray());
}
