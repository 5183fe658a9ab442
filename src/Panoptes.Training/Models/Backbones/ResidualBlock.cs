using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Backbones;

/// <summary>
/// A residual block: relu(F(x) + shortcut(x)), where F is two 3x3 convolutions (ResNet-18, -34) or a 1x1, a 3x3 and a 1x1
/// (ResNet-50, -101; He et al. 2016). The tensors are named as in torchvision's checkpoints.
/// </summary>
internal sealed class ResidualBlock : Module
{
    /// <summary>How much wider a bottleneck's output is than its 3x3 convolution.</summary>
    public const int Expansion = 4;

    private readonly List<(Conv2d Convolution, Layer Norm)> _branch = [];
    private readonly (Conv2d Convolution, Layer Norm)? _shortcut;

    public ResidualBlock(BackboneConfig config, bool bottleneck, int inputs, int width, int stride)
    {
        int outputs = bottleneck ? width * Expansion : width;
        if (bottleneck)
        {
            // MSRA's weights halve the resolution in the first 1x1, torchvision's in the 3x3.
            (int first, int second) = config.StrideIn1x1 ? (stride, 1) : (1, stride);
            Add(inputs, width, kernel: 1, first);
            Add(width, width, kernel: 3, second);
            Add(width, outputs, kernel: 1, 1);
        }
        else
        {
            Add(inputs, width, kernel: 3, stride);
            Add(width, width, kernel: 3, 1);
        }

        if (stride != 1 || inputs != outputs)
        {
            Conv2d convolution = Convolution(inputs, outputs, kernel: 1, stride);
            Layer norm = Normalization.Create(config, outputs);
            Child("downsample", new Sequential([convolution, norm]));
            _shortcut = (convolution, norm);
        }

        void Add(int channelsIn, int channelsOut, int kernel, int step)
        {
            int number = _branch.Count + 1;
            Conv2d convolution = Child($"conv{number}", Convolution(channelsIn, channelsOut, kernel, step));
            _branch.Add((convolution, Child($"bn{number}", Normalization.Create(config, channelsOut))));
        }
    }

    /// <summary>[N, inputs, H, W] to [N, outputs, H / stride, W / stride].</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor shortcut = _shortcut is var (projection, projectionNorm) ? Normalization.Apply(projection, projectionNorm, x) : x;
        Tensor y = x;
        for (int i = 0; i < _branch.Count; i++)
        {
            y = Normalization.Apply(_branch[i].Convolution, _branch[i].Norm, y);
            y = i + 1 < _branch.Count ? y.ReluInPlace() : y.AddInPlace(shortcut).ReluInPlace();
        }

        return y;
    }

    private static Conv2d Convolution(int inputs, int outputs, int kernel, int stride)
    {
        var convolution = new Conv2d(inputs, outputs, kernel, stride, bias: false);
        Init.KaimingNormalFanOut(convolution.Weight);
        return convolution;
    }
}
