using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.Semantic;

/// <summary>
/// A convolution that is told where it is (Liu et al. 2018): two more channels hold the column and the row of each place, from −1 at the
/// first to 1 at the last.
/// </summary>
internal sealed class CoordConv : Layer
{
    private readonly Conv2d _convolution;

    /// <param name="convolution">Takes two channels more than the layer's input has.</param>
    public CoordConv(Conv2d convolution) => _convolution = Child("conv", convolution);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        (long pictures, long height, long width) = (x.Size(0), x.Size(2), x.Size(3));
        Tensor columns = Tensor.Linspace(-1, 1, width, x.DType, x.Device).Reshape([1, 1, 1, width]).Expand([pictures, 1, height, width]);
        Tensor rows = Tensor.Linspace(-1, 1, height, x.DType, x.Device).Reshape([1, 1, height, 1]).Expand([pictures, 1, height, width]);
        Tensor placed = Tensor.Cat([x, columns, rows], 1); // [N, C + 2, h, w]
        return _convolution.Forward(placed.To(x.IsChannelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous));
    }
}
