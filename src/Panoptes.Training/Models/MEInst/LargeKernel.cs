using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.MEInst;

/// <summary>
/// A wide field of view for little work (Peng et al. 2017; MEInst 4.1, "Large Receptive Field"): k x 1 then 1 x k, and 1 x k then k x 1,
/// summed. Each place sees k x k cells.
/// </summary>
internal sealed class LargeKernel : Layer
{
    private readonly Strip _columnFirst;
    private readonly Strip _rowSecond;
    private readonly Strip _rowFirst;
    private readonly Strip _columnSecond;

    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out, and between the two convolutions.</param>
    /// <param name="k">Length of the kernels, odd.</param>
    public LargeKernel(int inputs, int outputs, int k)
    {
        _columnFirst = Child("column_first", new Strip(inputs, outputs, k, 1));
        _rowSecond = Child("row_second", new Strip(outputs, outputs, 1, k));
        _rowFirst = Child("row_first", new Strip(inputs, outputs, 1, k));
        _columnSecond = Child("column_second", new Strip(outputs, outputs, k, 1));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) =>
        _rowSecond.Forward(_columnFirst.Forward(x)) + _columnSecond.Forward(_rowFirst.Forward(x)); // [N, outputs, h, w]

    /// <summary>A convolution with a kernel of one row or one column, which keeps the size.</summary>
    private sealed class Strip : Layer
    {
        private readonly Tensor _weight;
        private readonly Tensor _bias;
        private readonly (int Y, int X) _padding;

        public Strip(int inputs, int outputs, int height, int width)
        {
            _padding = (height / 2, width / 2);
            _weight = Parameter("weight", Tensor.Empty([outputs, inputs, height, width]));
            _bias = Parameter("bias", Tensor.Zeros([outputs]));
            Init.Normal(_weight, ConvBlock.HeadDeviation);
        }

        public override Tensor Forward(Tensor x) => x.Conv2d(_weight, _bias, [1, 1], [_padding.Y, _padding.X], [1, 1]);
    }
}
