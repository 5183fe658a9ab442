using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public class LocationGridTests
{
    [Fact]
    public void Locations_stand_in_the_middle_of_their_cells_level_by_level_row_by_row()
    {
        LocationGrid grid = new(96, 160, 5);
        int location = 0;
        foreach ((int stride, int height, int width) in new[] { (8, 12, 20), (16, 6, 10), (32, 3, 5), (64, 2, 3), (128, 1, 2) })
        {
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++, location++)
                {
                    Assert.Equal(((stride * j) + (stride / 2), (stride * i) + (stride / 2), stride), grid.At(location));
                    Assert.Equal(stride, 8 << grid.LevelOf(location));
                }
            }
        }

        Assert.Equal(location, grid.Count);
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(96, 160)]
    [InlineData(224, 416)]
    public void The_levels_have_the_sizes_of_the_pyramids(int height, int width)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using FeaturePyramid pyramid = new(new FpnConfig { Channels = 8 }, [8, 8, 8]);
        Tensor[] levels = pyramid.Forward([.. Enumerable.Range(3, 3).Select(l => Tensor.Zeros([1, 8, height >> l, width >> l]))]);
        Assert.Equal(
            levels.Select(level => ((int)level.Size(2), (int)level.Size(3))),
            new LocationGrid(height, width, 5).Levels.Select(level => (level.Height, level.Width)));
    }
}
