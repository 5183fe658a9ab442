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
        Tensor placed = Tensor.Cat([x, Places.BetweenOnes(x)], 1); // [N, C + 2, h, w]
        return _convolution.Forward(placed.To(x.IsChannelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous));
    }
}
