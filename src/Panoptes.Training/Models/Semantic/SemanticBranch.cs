using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.Semantic;

/// <summary>
/// The semantic branch of Panoptic FPN (Kirillov et al. 2019, 3.1 and Figure 3): each of P2 to P5 goes through 3x3 convolutions with group
/// normalization and ReLU, doubled in size after each until it has P2's; the four are summed. The details are detectron2's: convolutions
/// without bias, He et al.'s normal initialization.
/// </summary>
internal sealed class SemanticBranch : Module
{
    private readonly Sequential[] _levels;

    /// <summary>Builds the branch.</summary>
    /// <param name="inputs">Channels of P2 to P5.</param>
    /// <param name="channels">Channels of the branch and of its output.</param>
    /// <param name="normGroups">Groups of the normalization; divides <paramref name="channels"/>.</param>
    /// <param name="coordConv">Whether the convolutions on P5 are told where they are (<see cref="CoordConv"/>).</param>
    public SemanticBranch(int inputs, int channels, int normGroups, bool coordConv = false) => _levels =
    [
        .. Enumerable.Range(2, 4).Select(level => Child($"p{level}", Level(level, inputs, channels, normGroups, coordConv && level == 5))),
    ];

    /// <summary>Brings the levels together.</summary>
    /// <param name="features">P2 to P5, [N, inputs, h, w] each; more are not looked at.</param>
    /// <returns>[N, channels, H/4, W/4].</returns>
    public Tensor Forward(IReadOnlyList<Tensor> features)
    {
        using TensorScope scope = new();
        Tensor[] levels = [.. _levels.Select((level, i) => level.Forward(features[i]))];
        return scope.Keep(levels[0] + levels[1] + levels[2] + levels[3]);
    }

    private static Sequential Level(int level, int inputs, int channels, int groups, bool coordConv)
    {
        List<Layer> layers = new();
        for (int i = 0; i < Math.Max(1, level - 2); i++)
        {
            int own = i == 0 ? inputs : channels;
            Conv2d convolution = new(coordConv ? own + 2 : own, channels, kernel: 3, bias: false);
            Init.KaimingNormalFanOut(convolution.Weight);
            layers.Add(coordConv ? new CoordConv(convolution) : convolution);
            layers.Add(new GroupNorm(groups, channels));
            layers.Add(new Relu());
            if (level > 2)
            {
                layers.Add(new BilinearUpsample());
            }
        }

        return new Sequential(layers);
    }
}
