using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Backbones;

/// <summary>
/// A residual network (He et al. 2016) up to its last stage: C2 to C5 at strides 4, 8, 16 and 32. Tensors are named as in
/// torchvision's checkpoints (<c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c>, ..., without <c>fc</c>).
/// </summary>
public sealed class ResNet : Module
{
    private readonly Conv2d _stem;
    private readonly Layer _stemNorm;
    private readonly List<List<ResidualBlock>> _stages = [];
    private readonly int _frozenStages;

    /// <summary>Builds the network with random weights (He et al.'s normal initialisation, fan out).</summary>
    public ResNet(BackboneConfig config)
    {
        (bool bottleneck, int[] depths) = config.Type switch
        {
            BackboneType.ResNet18 => (false, new[] { 2, 2, 2, 2 }),
            BackboneType.ResNet34 => (false, [3, 4, 6, 3]),
            BackboneType.ResNet50 => (true, [3, 4, 6, 3]),
            BackboneType.ResNet101 => (true, [3, 4, 23, 3]),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Type, "unknown backbone"),
        };

        _frozenStages = config.FrozenStages;
        _stem = Child("conv1", new Conv2d(3, config.BaseWidth, kernel: 7, stride: 2, bias: false));
        Init.KaimingNormalFanOut(_stem.Weight);
        _stemNorm = Child("bn1", Normalization.Create(config, config.BaseWidth));

        int channels = config.BaseWidth;
        for (int stage = 0; stage < 4; stage++)
        {
            int width = config.BaseWidth << stage;
            var blocks = new List<ResidualBlock>();
            for (int i = 0; i < depths[stage]; i++)
            {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                blocks.Add(Child($"layer{stage + 1}.{i}", new ResidualBlock(config, bottleneck, channels, width, stride)));
                channels = bottleneck ? width * ResidualBlock.Expansion : width;
            }

            _stages.Add(blocks);
            Channels.Add(channels);
        }

        foreach (Module module in Frozen())
        {
            module.Freeze();
        }
    }

    /// <summary>Channels of C2, C3, C4 and C5.</summary>
    public IList<int> Channels { get; } = [];

    /// <summary>Switches between training and prediction; frozen stages always predict.</summary>
    public override void Train(bool training = true)
    {
        base.Train(training);
        foreach (Module module in Frozen())
        {
            module.Train(false);
        }
    }

    /// <summary>Computes C2 to C5 of pictures [N, 3, H, W]: strides 4, 8, 16 and 32.</summary>
    public Tensor[] Forward(Tensor x)
    {
        x = Normalization.Apply(_stem, _stemNorm, x).ReluInPlace(); // [N, 64, H/2, W/2]
        x = x.MaxPool2d([3, 3], [2, 2], [1, 1]); // [N, 64, H/4, W/4]
        var outputs = new Tensor[_stages.Count];
        for (int stage = 0; stage < _stages.Count; stage++)
        {
            foreach (ResidualBlock block in _stages[stage])
            {
                x = block.Forward(x);
            }

            outputs[stage] = x;
        }

        return outputs;
    }

    private IEnumerable<Module> Frozen()
    {
        if (_frozenStages >= 1)
        {
            yield return _stem;
            yield return _stemNorm;
        }

        foreach (ResidualBlock block in _stages.Take(_frozenStages - 1).SelectMany(stage => stage))
        {
            yield return block;
        }
    }
}
