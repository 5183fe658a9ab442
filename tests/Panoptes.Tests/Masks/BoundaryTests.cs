using Panoptes.Masks;
using static Panoptes.Testing.RandomMasks;

namespace Panoptes.Tests.Masks;

/// <summary>The boundary against its definition: foreground with background, or the image's edge, within a square around it.</summary>
public class BoundaryTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void It_is_the_mask_without_its_erosion(double ratio) => Holds(Any(), mask =>
    {
        int distance = Math.Max(1, (int)Math.Round(ratio * Math.Sqrt((mask.Height * mask.Height) + (mask.Width * mask.Width))));
        bool[] pixels = Pixels(mask);
        bool[] expected = new bool[pixels.Length];
        for (int y = 0; y < mask.Height; y++)
        {
            for (int x = 0; x < mask.Width; x++)
            {
                bool deep = true;
                for (int v = y - distance; v <= y + distance && deep; v++)
                {
                    for (int u = x - distance; u <= x + distance && deep; u++)
                    {
                        deep = v >= 0 && v < mask.Height && u >= 0 && u < mask.Width && pixels[(v * mask.Width) + u];
                    }
                }

                expected[(y * mask.Width) + x] = pixels[(y * mask.Width) + x] && !deep;
            }
        }

        return Pixels(mask.Boundary(ratio)).SequenceEqual(expected);
    });

    [Fact]
    public void A_full_image_has_a_frame()
    {
        Rle boundary = Rle.Empty(100, 80).Complement().Boundary(0.02);
        Assert.Equal((100 * 80) - (94 * 74), boundary.Area); // 0.02 * 128 = 2.6: three pixels
    }
}
