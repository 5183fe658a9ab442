using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models;

/// <summary>
/// The feature pyramid (Lin et al. 2017) as FCOS uses it: P3 to P5 from C3 to C5, P6 = conv(P5), P7 = conv(relu(P6)); every level
/// has the same channels. Methods that label every pixel also ask for P2 from C2. Inputs must be multiples of 32, or the levels do not
/// fit each other.
/// </summary>
internal sealed class FeaturePyramid : Module
{
    private readonly Layer[] _lateral;
    private readonly Layer[] _output;
    private readonly Conv2d[] _extra;

    /// <summary>Builds the pyramid; convolutions start as Caffe2's "XavierFill" with zero bias.</summary>
    /// <param name="config">Channels, levels and normalization.</param>
    /// <param name="channels">Channels of C3, C4 and C5; with those of C2 before them, the pyramid begins with P2.</param>
    public FeaturePyramid(FpnConfig config, IReadOnlyList<int> channels)
    {
        int first = 6 - channels.Count;
        _lateral = [.. channels.Select((c, i) => Child($"lateral{i + first}", Convolution(config, c, kernel: 1)))];
        _output = [.. channels.Select((_, i) => Child($"output{i + first}", Convolution(config, config.Channels, kernel: 3)))];
        _extra = [.. Enumerable.Range(6, Math.Max(0, config.Levels - 3)).Select(i =>
        {
            Conv2d convolution = Child($"p{i}", new Conv2d(config.Channels, config.Channels, kernel: 3, stride: 2));
            Xavier(convolution);
            return convolution;
        })];
    }

    /// <summary>
    /// Computes P3 and up from C3, C4 and C5: [N, channels, H/8, W/8], [N, channels, H/16, W/16], ...; or P2 and up from C2 to C5.
    /// </summary>
    public Tensor[] Forward(ReadOnlySpan<Tensor> features)
    {
        int count = _lateral.Length;
        Tensor[] levels = new Tensor[count + _extra.Length];
        Tensor? above = null;
        for (int i = count - 1; i >= 0; i--)
        {
            Tensor sum = _lateral[i].Forward(features[i]);
            if (above is not null)
            {
                using Tensor lateral = sum, enlarged = above.UpsampleNearest2d(default, [2, 2]);
                sum = lateral + enlarged;
            }

            above = sum;
            levels[i] = _output[i].Forward(sum);
        }

        for (int i = 0; i < _extra.Length; i++)
        {
            // P6 from P5 as it is, P7 from the rectified P6.
            Tensor source = i == 0 ? levels[count - 1] : levels[count + i - 1].Relu();
            levels[count + i] = _extra[i].Forward(source);
        }

        return levels;
    }

    private static Layer Convolution(FpnConfig config, int inputs, int kernel)
    {
        bool norm = config.Norm == ConvNorm.GroupNorm;
        Conv2d convolution = new(inputs, config.Channels, kernel, bias: !norm);
        Xavier(convolution);
        return norm ? new Sequential([convolution, new GroupNorm(config.NormGroups, config.Channels)]) : convolution;
    }

    private static void Xavier(Conv2d convolution)
    {
        Init.KaimingUniform(convolution.Weight, 1);
        if (convolution.Bias is not null)
        {
            Init.Constant(convolution.Bias, 0);
        }
    }
}
