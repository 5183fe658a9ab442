using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>EmbedMask (Ying et al. 2019): a residual network, a feature pyramid, and the head that couples pixels with proposals.</summary>
public sealed class EmbedMaskNetwork : Module
{
    private readonly ResNet _backbone;
    private readonly FeaturePyramid _fpn;
    private readonly EmbedMaskHead _head;

    /// <summary>Builds the network with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes.</param>
    public EmbedMaskNetwork(ModelConfig model, int classes)
    {
        _backbone = Child("backbone", new ResNet(model.Backbone));
        _fpn = Child("fpn", new FeaturePyramid(model.Fpn, [.. _backbone.Channels.Skip(1)]));
        _head = Child("head", new EmbedMaskHead(model, classes));
    }

    /// <summary>Computes the raw outputs of normalised pictures [N, 3, H, W]; H and W are multiples of 32.</summary>
    public EmbedMaskOutput Forward(Tensor pictures)
    {
        Tensor[] stages = _backbone.Forward(pictures); // C2 .. C5
        Tensor[] levels = _fpn.Forward(stages.AsSpan(1)); // P3 .. P7
        return _head.Forward(levels);
    }
}
