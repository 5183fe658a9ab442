using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Backbones;

/// <summary>
/// A residual block: relu(F(x) + shortcut(x)), where F is two 3x3 convolutions (ResNet-18, -34) or a 1x1, a 3x3 and a 1x1
/// (ResNet-50, -101; He et al. 2016), the 3x3 in groups in a ResNeXt (Xie et al. 2017). The tensors are named as in torchvision's
/// checkpoints. A deformable convolution is <c>conv2</c>, and what tells its offsets <c>conv2_offset</c>, as in detectron2's.
/// </summary>
internal sealed class ResidualBlock : Module
{
    private readonly List<(Layer Convolution, Layer Norm)> _branch = [];
    private readonly (Conv2d Convolution, Layer Norm)? _shortcut;

    /// <param name="config">Normalization, where a bottleneck strides, deformable stages.</param>
    /// <param name="layout">Kind of block and groups.</param>
    /// <param name="inputs">Channels in.</param>
    /// <param name="width">The stage's width; <paramref name="layout"/> tells the channels inside and out.</param>
    /// <param name="stride">Step of the block.</param>
    /// <param name="deformable">What the second convolution is.</param>
    public ResidualBlock(BackboneConfig config, ResNetLayout layout, int inputs, int width, int stride, DeformableVersion deformable)
    {
        int inside = layout.Inside(width), outputs = layout.Outside(width);
        if (layout.IsBottleneck)
        {
            // MSRA's weights halve the resolution in the first 1x1, torchvision's in the 3x3.
            (int first, int second) = config.StrideIn1x1 ? (stride, 1) : (1, stride);
            Add(Convolution(inputs, inside, kernel: 1, first));
            AddSecond(second);
            Add(Convolution(inside, outputs, kernel: 1, 1));
        }
        else
        {
            Add(Convolution(inputs, inside, kernel: 3, stride));
            AddSecond(1);
        }

        if (stride != 1 || inputs != outputs)
        {
            Conv2d convolution = Convolution(inputs, outputs, kernel: 1, stride);
            Layer norm = Normalization.Create(config, outputs);
            Child("downsample", new Sequential([convolution, norm]));
            _shortcut = (convolution, norm);
        }

        void AddSecond(int step)
        {
            if (deformable == DeformableVersion.None)
            {
                Add(Convolution(inside, inside, kernel: 3, step, layout.Groups));
                return;
            }

            // Only its two convolutions are modules of the block: under the names of published checkpoints.
            DeformConv2d convolution = new(
                inside, inside, kernel: 3, step, groups: layout.Groups, bias: false, modulated: deformable == DeformableVersion.V2);
            Init.KaimingNormalFanOut(convolution.Convolution.Weight);
            Child("conv2_offset", convolution.Offset);
            AddNormalized(convolution, convolution.Convolution);
        }

        void Add(Conv2d convolution) => AddNormalized(convolution, convolution);

        void AddNormalized(Layer layer, Conv2d convolution)
        {
            int number = _branch.Count + 1;
            Child($"conv{number}", convolution);
            _branch.Add((layer, Child($"bn{number}", Normalization.Create(config, (int)convolution.Weight.Size(0)))));
        }
    }

    /// <summary>[N, inputs, H, W] to [N, outputs, H / stride, W / stride].</summary>
    public Tensor Forward(Tensor x)
    {
        using TensorScope scope = new();
        if (_branch[0].Norm is SyncBatchNorm2d norm)
        {
            x = norm.Fork(x);
        }

        Tensor shortcut = _shortcut is var (projection, projectionNorm) ? Normalization.Apply(projection, projectionNorm, x) : x;
        Tensor y = x;
        for (int i = 0; i < _branch.Count; i++)
        {
            y = Normalization.Apply(_branch[i].Convolution, _branch[i].Norm, y);
            y = i + 1 < _branch.Count ? y.ReluInPlace() : Sum(y, shortcut).ReluInPlace();
        }

        return scope.Keep(y);

        // The branch's last map is needed by nothing else, gradients included.
        static Tensor Sum(Tensor branch, Tensor shortcut)
        {
            using (branch)
            {
                return branch + shortcut;
            }
        }
    }

    private static Conv2d Convolution(int inputs, int outputs, int kernel, int stride, int groups = 1)
    {
        Conv2d convolution = new(inputs, outputs, kernel, stride, groups: groups, bias: false);
        Init.KaimingNormalFanOut(convolution.Weight);
        return convolution;
    }
}
