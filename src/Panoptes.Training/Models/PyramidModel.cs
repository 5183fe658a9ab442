using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Models;

/// <summary>What every method stands on: a residual network and a feature pyramid. The method's head and losses come on top.</summary>
internal abstract class PyramidModel : TrainableModel
{
    private const string BackboneName = "backbone";

    private readonly ResNet _backbone;
    private readonly FeaturePyramid _fpn;
    private readonly int _skippedStages;

    /// <summary>Builds the network and the pyramid with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="fromP2">
    /// Whether the pyramid begins with P2, which heads that label every pixel need; without, it begins with P3.
    /// </param>
    protected PyramidModel(ModelConfig model, bool fromP2)
    {
        _skippedStages = fromP2 ? 0 : 1;
        _backbone = Child(BackboneName, new ResNet(model.Backbone));
        foreach (SyncBatchNorm2d norm in _backbone.Modules().Select(m => m.Value).OfType<SyncBatchNorm2d>())
        {
            norm.Cuts = () => Cuts;
        }

        _fpn = Child("fpn", new FeaturePyramid(model.Fpn, [.. _backbone.Channels.Skip(_skippedStages)]));
    }

    /// <summary>Computes P2 or P3 and up, [N, channels, h, w] each, of images [N, 3, H, W].</summary>
    protected Tensor[] Pyramid(Tensor images)
    {
        Func<string, Tensor, Tensor>? behind = Cuts is { } cuts ? (stage, output) => cuts.Behind($"{BackboneName}.{stage}", output) : null;
        Tensor[] stages = _backbone.Forward(images, behind); // C2 .. C5
        return _fpn.Forward(stages.AsSpan(_skippedStages));
    }
}
