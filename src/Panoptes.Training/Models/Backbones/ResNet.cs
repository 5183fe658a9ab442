using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Backbones;

/// <summary>
/// A residual network (He et al. 2016; ResNeXt, Xie et al. 2017) up to its last stage: C2 to C5 at strides 4, 8, 16 and 32. Tensors are
/// named as in torchvision's checkpoints (<c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c>, ..., without <c>fc</c>).
/// </summary>
internal sealed class ResNet : Module
{
    private readonly Conv2d _stem;
    private readonly Layer _stemNorm;
    private readonly List<List<ResidualBlock>> _stages = [];
    private readonly int _frozenStages;

    /// <summary>Builds the network with random weights (He et al.'s normal initialization, fan out).</summary>
    public ResNet(BackboneConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ResNetLayout layout = ResNetLayout.Of(config.Type);
        _frozenStages = config.FrozenStages;
        _stem = Child("conv1", new Conv2d(3, config.BaseWidth, kernel: 7, stride: 2, bias: false));
        Init.KaimingNormalFanOut(_stem.Weight);
        _stemNorm = Child("bn1", Normalization.Create(config, config.BaseWidth));

        int channels = config.BaseWidth;
        for (int stage = 0; stage < layout.Depths.Count; stage++)
        {
            int width = config.BaseWidth << stage;
            bool isDeformable = config.Deformable.Stages.Contains(stage + 2);
            DeformableVersion deformable = isDeformable ? config.Deformable.Version : DeformableVersion.None;
            List<ResidualBlock> blocks = new();
            for (int i = 0; i < layout.Depths[stage]; i++)
            {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                blocks.Add(Child($"layer{stage + 1}.{i}", new ResidualBlock(config, layout, channels, width, stride, deformable)));
                channels = layout.Outside(width);
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

    /// <summary>Computes C2 to C5 of images [N, 3, H, W]: strides 4, 8, 16 and 32.</summary>
    /// <param name="x">The images.</param>
    /// <param name="behind">Given the name and output of each stage, returns what the rest is computed from; null for the output itself.</param>
    public Tensor[] Forward(Tensor x, Func<string, Tensor, Tensor>? behind = null)
    {
        Tensor[] outputs = new Tensor[_stages.Count];
        for (int stage = 0; stage < _stages.Count; stage++)
        {
            x = Stage(stage, x);
            x = behind?.Invoke($"layer{stage + 1}", x) ?? x;
            outputs[stage] = x;
        }

        return outputs;
    }

    private Tensor Stage(int stage, Tensor x)
    {
        using TensorScope scope = new(); // only the last block's output is needed longer
        if (stage == 0)
        {
            x = Normalization.Apply(_stem, _stemNorm, x).ReluInPlace(); // [N, 64, H/2, W/2]
            x = x.MaxPool2d([3, 3], [2, 2], [1, 1]); // [N, 64, H/4, W/4]
        }

        foreach (ResidualBlock block in _stages[stage])
        {
            x = block.Forward(x);
        }

        return scope.Keep(x);
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
