using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models;

/// <summary>Convolutions outside the backbone, as FCOS's head initialises them: N(0, 0.01) and zero bias.</summary>
internal static class ConvBlock
{
    /// <summary>Standard deviation of a head's initial weights.</summary>
    public const double HeadDeviation = 0.01;

    /// <summary>A tower: 3x3 convolutions at constant width, each with its normalisation and a ReLU.</summary>
    public static Sequential Tower(int inputs, HeadConfig head, int convolutions)
    {
        var layers = new List<Layer>();
        for (int i = 0; i < convolutions; i++)
        {
            layers.Add(Predictor(i == 0 ? inputs : head.Channels, head.Channels, kernel: 3));
            if (head.Norm == ConvNorm.GroupNorm)
            {
                layers.Add(new GroupNorm(head.NormGroups, head.Channels));
            }

            layers.Add(new Relu());
        }

        return new Sequential(layers);
    }

    /// <summary>A convolution with bias, initialised as a head's.</summary>
    public static Conv2d Predictor(int inputs, int outputs, int kernel, double bias = 0)
    {
        var convolution = new Conv2d(inputs, outputs, kernel);
        Init.Normal(convolution.Weight, HeadDeviation);
        Init.Constant(convolution.Bias!, bias);
        return convolution;
    }
}
