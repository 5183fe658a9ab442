using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models;

/// <summary>Convolutions outside the backbone, as FCOS's head initializes them: N(0, 0.01) and zero bias.</summary>
internal static class ConvBlock
{
    /// <summary>Standard deviation of a head's initial weights.</summary>
    public const double HeadDeviation = 0.01;

    /// <summary>A tower: 3x3 convolutions at constant width, each with normalization and ReLU; the last one may be deformable.</summary>
    public static Sequential Tower(int inputs, HeadConfig head, int convolutions)
    {
        List<Layer> layers = new();
        for (int i = 0; i < convolutions; i++)
        {
            int channels = i == 0 ? inputs : head.Channels;
            layers.Add(i == convolutions - 1 && head.Deformable != DeformableVersion.None
                ? Deformable(channels, head)
                : Predictor(channels, head.Channels, kernel: 3));
            if (head.Norm == ConvNorm.GroupNorm)
            {
                layers.Add(new GroupNorm(head.NormGroups, head.Channels));
            }

            layers.Add(new Relu());
        }

        return new Sequential(layers);
    }

    /// <summary>A convolution with bias, initialized as a head's.</summary>
    public static Conv2d Predictor(int inputs, int outputs, int kernel, double bias = 0)
    {
        Conv2d convolution = new(inputs, outputs, kernel);
        Init.Normal(convolution.Weight, HeadDeviation);
        Init.Constant(convolution.Bias!, bias);
        return convolution;
    }

    // As AdelaiDet's heads have it: the offsets begin as a head's convolution does, the kernel as He et al.'s for a ReLU, without bias.
    private static DeformConv2d Deformable(int inputs, HeadConfig head)
    {
        DeformConv2d convolution = new(
            inputs, head.Channels, kernel: 3, bias: head.Norm == ConvNorm.None, modulated: head.Deformable == DeformableVersion.V2);
        Init.Normal(convolution.Offset.Weight, HeadDeviation);
        Init.KaimingUniform(convolution.Convolution.Weight, 0);
        if (convolution.Convolution.Bias is { } bias)
        {
            Init.Constant(bias, 0);
        }

        return convolution;
    }
}
