using Panoptes.Inference.Tiling;

namespace Panoptes.Tests.Inference.Tiling;

public class TileGridTests
{
    [Theory]
    [InlineData(1000, 700, 256, 64)]
    [InlineData(257, 256, 256, 128)]
    [InlineData(100, 5000, 64, 0)]
    [InlineData(512, 512, 512, 100)]
    [InlineData(30, 20, 512, 100)]
    public void Tiles_cover_the_image_share_the_overlap_and_own_each_pixel_once(int width, int height, int tile, int overlap)
    {
        TileGrid grid = new(new ImageSize(width, height), tile, overlap);

        byte[] owners = new byte[width * height];
        foreach (Tile t in grid.Tiles)
        {
            Assert.Equal((Math.Min(tile, width), Math.Min(tile, height)), (t.Width, t.Height));
            Assert.True(t.Bounds.Contains(t.Core));
            for (int y = t.Core.Top; y < t.Core.Bottom; y++)
            {
                for (int x = t.Core.Left; x < t.Core.Right; x++) owners[(y * width) + x]++;
            }
        }

        Assert.All(owners, count => Assert.Equal(1, count));
        Assert.Equal(grid.Tiles.Count, TileGrid.Count(new ImageSize(width, height), tile, overlap));
        int[] starts = [.. grid.Tiles.Select(t => t.Bounds.Left).Distinct().Order()];
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.InRange(pair.First + tile - pair.Second, overlap, tile - 1));
    }
}
